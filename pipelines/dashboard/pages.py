"""Figures and tables as HTML that reads well without script, by keyboard, aloud, and on a phone."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import date, datetime
from html import escape
from importlib.resources import files
from string import Template
from typing import Any, Final

import polars as pl

from pipelines.dashboard.drawing import draw
from pipelines.dashboard.figures import Figure

PAGES: Final = {
    "overview": "Overview",
    "families": "Families",
    "drift": "Drift",
    "licences": "Licences",
    "similarity": "Similarity",
    "growth": "Growth",
    "scaling": "Scaling laws",
    "evaluations": "Evaluations",
    "methods": "Methods and data",
}
"""The pages in order: file name without its ending, and title."""


def page(name: str, body: str, *, title: str, stamp: str, present: Sequence[str], root: str = "") -> str:
    """Return a whole page; ``present`` names the pages that exist, ``root`` leads to their folder."""
    links = "".join(
        f'<li><a href="{root}{file_of(key)}"{" aria-current=page" if key == name else ""}>{label}</a></li>'
        for key, label in PAGES.items()
        if key in present
    )
    template = Template(asset("page.html"))
    return template.substitute(title=escape(title), stamp=escape(stamp), links=links, body=body, root=root)


def asset(name: str) -> str:
    """Return a file that lies beside this module."""
    return files(__package__).joinpath(name).read_text(encoding="utf-8")


def file_of(key: str) -> str:
    """Return the file of a page."""
    return "index.html" if key == "overview" else f"{key}.html"


def figure_section(figure: Figure, stamp: str, links: Mapping[str, str]) -> str:
    """Return one figure: question, picture, numbers, and what a reader needs to trust or cite it.

    Args:
        figure: the answered question.
        stamp: when the data were seen, in words.
        links: addresses for values of a table's first column.
    """
    picture = draw(figure)
    says = figure.says
    facts = {
        "Unit": says.get("unit", ""),
        "n": figure.counted,
        "As of": stamp,
        "Beware": says.get("beware", ""),
    }
    terms = "".join(f"<dt>{name}</dt><dd>{escape(text)}</dd>" for name, text in facts.items() if text)
    sources = (
        f'<a href="data/{figure.name}.csv">Data as CSV</a> · <a href="methods.html#{figure.name}">Method and SQL</a>'
        " · Source: hubtree, from the model hub's public metadata"
    )
    drawn = f'<div role="img" aria-label="{escape(_spoken(figure))}">{picture}</div>' if picture else ""
    return (
        f'<section id="{figure.name}"><h2>{escape(figure.question)}</h2><figure>{drawn}'
        f"<figcaption>{_numbers(figure, links, folded=bool(picture))}<dl>{terms}</dl><p>{sources}</p></figcaption>"
        "</figure></section>"
    )


def _spoken(figure: Figure) -> str:
    return f"Chart: {figure.question} {figure.counted}. The numbers stand in the table below it."


def _numbers(figure: Figure, links: Mapping[str, str], *, folded: bool) -> str:
    if figure.rows.is_empty():
        return "<p>Nothing to show: the published file has no rows for this question.</p>"
    shown = figure.rows.head(figure.n_shown)
    more = figure.rows.height - shown.height
    note = f"<p>{more:,} more rows are in the CSV.</p>" if more else ""
    known = links if figure.says["page"] == "families" else {}
    html = table(figure, shown, known) + note
    return f"<details><summary>The numbers</summary>{html}</details>" if folded else html


def table(figure: Figure, rows: pl.DataFrame, links: Mapping[str, str]) -> str:
    """Return rows of a figure as a table, with a field to filter them where the figure asks for one."""
    numeric = [kind.is_numeric() for kind in rows.dtypes]
    head = "".join(
        f'<th scope="col"{" class=number" if is_number else ""}>{escape(column.replace("_", " "))}</th>'
        for column, is_number in zip(rows.columns, numeric, strict=True)
    )
    body = "".join(_row(row, numeric, links) for row in rows.iter_rows())
    name, caption = figure.name, escape(figure.question)
    search = (
        f'<p class="search" hidden><label for="search-{name}">Search these rows</label> '
        f'<input id="search-{name}" type="search" data-rows="table-{name}"> <output for="search-{name}"></output></p>'
        if figure.says.get("search") == "yes"
        else ""
    )
    return (
        f'{search}<div class="scroll" tabindex="0" role="region" aria-label="{caption}"><table id="table-{name}">'
        f'<caption class="aloud">{caption}</caption><thead><tr>{head}</tr></thead><tbody>{body}</tbody></table></div>'
    )


def _row(row: Iterable[Any], numeric: Sequence[bool], links: Mapping[str, str]) -> str:
    cells = []
    for place, value in enumerate(row):
        text = escape(cell(value))
        if place == 0 and text and str(value) in links:
            text = f'<a href="{links[str(value)]}">{text}</a>'
        cells.append(f'<td class="number">{text}</td>' if numeric[place] else f"<td>{text}</td>")
    return f"<tr>{''.join(cells)}</tr>"


def cell(value: object) -> str:
    """Return a value as a reader wants it: thousands parted, four digits of a measure, days without midnight."""
    if value is None:
        return "–"
    if isinstance(value, list):
        return ", ".join(map(cell, value))
    return next((say(value) for kind, say in _WORDINGS if isinstance(value, kind)), str(value))


def _instant(value: datetime) -> str:
    return f"{value:%Y-%m-%d %H:%M}" if value.hour or value.minute else f"{value:%Y-%m-%d}"


_WORDINGS: Final[tuple[tuple[type, Callable[[Any], str]], ...]] = (
    (bool, lambda value: "yes" if value else "no"),
    (int, lambda value: f"{value:,}"),
    (float, lambda value: f"{value:,.0f}" if abs(value) >= 10_000 else f"{value:.4g}"),
    (datetime, _instant),
    (date, date.isoformat),
)
"""How a value is worded, by the first type that fits: truth values are integers too, and instants are dates."""


def methods_body(figures: Sequence[Figure]) -> str:
    """Return the page that says how each figure was made, down to its SQL."""
    parts = [
        f'<section id="{one.name}"><h2>{escape(one.question)}</h2><p>{escape(one.says["method"])}</p>'
        f"<p>One row is {escape(one.says['grain'])}.</p><details><summary>The SQL that made it</summary>"
        f'<pre tabindex="0"><code>{escape(one.sql)}</code></pre></details></section>'
        for one in figures
    ]
    return f"<p>Every figure is one SQL file over the published DuckDB file; ask it again with hubtree sql.</p>{''.join(parts)}"
