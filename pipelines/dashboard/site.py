"""The whole site: what stands on which page, written as one folder and shown in one step."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Final

import duckdb

from pipelines.dashboard.families import family_trees
from pipelines.dashboard.figures import Figure, figures
from pipelines.dashboard.pages import PAGES, asset, figure_section, file_of, methods_body, page
from pipelines.extract.swapping import replacing
from pipelines.query.coverage import read_coverage
from pipelines.query.formats import write_frame
from pipelines.query.own import reading

_STATIC: Final = ("style.css", "search.js")


@dataclass(frozen=True)
class Site:
    """What was written where; ``n_bytes`` is the size of all files."""

    folder: Path
    n_pages: int
    n_figures: int
    n_bytes: int


def write_dashboard(database: Path, folder: Path, *, now: datetime) -> Site:
    """Write the dashboard of a published file; ``folder`` becomes a link to it when all files are written.

    Args:
        database: the published file, or the link to it.
        folder: where the site is shown; its ``index.html`` opens in any browser, from disk.
        now: instant of the writing, naive UTC.

    Raises:
        NotFound: nothing is published.
        UsageError: something that is no site stands at ``folder``, or a figure's SQL can't be answered.
        NoSpace: the disk is full, or the folder can't be written.
    """
    with reading(database) as connection, replacing(folder) as new:
        answered = figures(connection)
        stamp = _stamp(connection, now)
        for name in _STATIC:
            (new / name).write_text(asset(name), encoding="utf-8")
        _write_data(answered, new)
        n_pages = _write_pages(connection, answered, new, stamp)
        n_bytes = sum(path.stat().st_size for path in new.rglob("*") if path.is_file())
    return Site(folder, n_pages, len(answered), n_bytes)


def _stamp(connection: duckdb.DuckDBPyConnection, now: datetime) -> str:
    return f"{read_coverage(connection).sentence}; written {now:%Y-%m-%d %H:%M} UTC"


def _write_data(answered: Sequence[Figure], folder: Path) -> None:
    (folder / "data").mkdir()
    for figure in answered:
        with (folder / "data" / f"{figure.name}.csv").open("wb") as stream:
            write_frame(figure.rows, "csv", stream)


def _write_pages(connection: duckdb.DuckDBPyConnection, answered: Sequence[Figure], folder: Path, stamp: str) -> int:
    """Write the pages that have figures, the methods, and a page for each tree; return how many."""
    present = [key for key in PAGES if key == "methods" or any(figure.says["page"] == key for figure in answered)]
    trees = {root: (f"family/{place}.html", html) for place, (root, html) in enumerate(family_trees(connection).items(), 1)}
    links = {root: file for root, (file, _) in trees.items()}
    bodies = {
        key: "".join(figure_section(figure, stamp, links) for figure in answered if figure.says["page"] == key)
        for key in present
    }
    bodies["methods"] = methods_body(answered)
    for key, body in bodies.items():
        _write_page(folder / file_of(key), page(key, body, title=PAGES[key], stamp=stamp, present=present))
    (folder / "family").mkdir()
    for root, (file, html) in trees.items():
        title = f"Family of {root}"
        _write_page(folder / file, page("families", html, title=title, stamp=stamp, present=present, root="../"))
    return len(bodies) + len(trees)


def _write_page(path: Path, html: str) -> None:
    path.write_text(html, encoding="utf-8")
