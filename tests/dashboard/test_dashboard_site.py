"""What is written: every question answered, every number beside its picture, names harmless, sums equal to the warehouse."""

from __future__ import annotations

import csv
import re
from datetime import date, datetime
from html.parser import HTMLParser
from pathlib import Path

import duckdb
import polars as pl
import pytest
from hostile_name import HOSTILE
from small_hub import publish
from small_hub_rows import SEEN

from pipelines.dashboard import Site, write_dashboard
from pipelines.dashboard.drawing import draw
from pipelines.dashboard.figures import LAYER, Figure
from pipelines.dashboard.pages import PAGES, cell
from warehouse import sqlfiles
from warehouse.errors import UsageError

NAMES = sqlfiles.names(LAYER)
VOID = {"meta", "link", "input", "br", "img"}


class Balanced(HTMLParser):
    """Fails on a tag that closes nothing; keeps what a reader could follow or run."""

    def __init__(self) -> None:
        super().__init__()
        self.open: list[str] = []
        self.ids: list[str] = []
        self.addresses: list[str] = []
        self.scripts: list[dict[str, str | None]] = []
        self.handlers: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        named = dict(attrs)
        self.handlers += [name for name in named if name.startswith("on")]
        self.addresses += [value for name, value in attrs if name in {"href", "src"} and value]
        self.ids += [named["id"] or ""] if "id" in named else []
        if tag == "script":
            self.scripts.append(named)
        if tag not in VOID:
            self.open.append(tag)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.handle_starttag(tag, attrs)
        if tag not in VOID:
            self.open.pop()

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag


def read(path: Path) -> Balanced:
    parser = Balanced()
    parser.feed(path.read_text(encoding="utf-8"))
    assert parser.open == []
    return parser


@pytest.mark.parametrize("name", NAMES)
def test_a_header_says_all_that_a_figure_shows(name: str) -> None:
    header = sqlfiles.load(LAYER, name).header
    assert {"question", "grain", "page", "place", "chart", "unit", "n", "method"} <= header.keys()
    assert header["page"] in PAGES
    assert header["place"].isdigit()
    assert re.fullmatch(r"(rows|(sum|max) \w+): \S.*", header["n"])
    if header["chart"] != "none":
        assert {"x", "y"} <= header.keys()


def test_places_on_a_page_are_taken_once() -> None:
    taken = [(sqlfiles.load(LAYER, name).header["page"], sqlfiles.load(LAYER, name).header["place"]) for name in NAMES]
    assert len(taken) == len(set(taken))


def test_every_figure_stands_on_its_page_with_its_csv_and_its_method(site: Site) -> None:
    assert site.n_figures == len(NAMES)
    for name in NAMES:
        page = sqlfiles.load(LAYER, name).header["page"]
        html = (site.folder / ("index.html" if page == "overview" else f"{page}.html")).read_text(encoding="utf-8")
        assert f'id="{name}"' in html
        assert f'href="data/{name}.csv"' in html
        assert (site.folder / "data" / f"{name}.csv").is_file()
        assert f'id="{name}"' in (site.folder / "methods.html").read_text(encoding="utf-8")


def test_pages_are_whole_and_lead_to_files_that_are_there(site: Site) -> None:
    for path in site.folder.rglob("*.html"):
        page = read(path)
        assert len(page.ids) == len(set(page.ids)), path
        for address in page.addresses:
            target, _, anchor = address.partition("#")
            assert ":" not in target, "an address that leaves the disk"
            found = (path.parent / target).resolve() if target else path
            assert found.is_file(), address
            assert not anchor or anchor in read(found).ids


def test_no_name_becomes_markup(site: Site) -> None:
    for path in site.folder.rglob("*.html"):
        page = read(path)
        assert page.handlers == []
        assert [set(script) for script in page.scripts] == [{"src", "defer"}]
    assert HOSTILE not in (site.folder / "families.html").read_text(encoding="utf-8")
    family = next(path for path in (site.folder / "family").iterdir() if "evil/child" in path.read_text(encoding="utf-8"))
    assert "&lt;script&gt;" in family.read_text(encoding="utf-8")


def test_numbers_are_those_of_the_warehouse(site: Site, published: Path) -> None:
    with duckdb.connect(str(published), read_only=True) as connection:
        edges, known = connection.execute("select (select count(*) from edges), (select count(*) from models)").fetchall()[0]
    with (site.folder / "data" / "relations.csv").open(encoding="utf-8") as file:
        assert sum(int(row["n_edges"]) for row in csv.DictReader(file)) == edges
    with (site.folder / "data" / "hub_size.csv").open(encoding="utf-8") as file:
        counts = {row["what"]: int(row["n"]) for row in csv.DictReader(file)}
    assert counts["models known"] + counts["models removed from the hub"] == known
    assert counts["accepted edges"] == edges


def test_an_empty_file_gives_pages_that_say_so(tmp_path: Path) -> None:
    site = write_dashboard(publish(tmp_path / "published", {}), tmp_path / "dashboard", now=SEEN)
    assert "no rows for this question" in (site.folder / "families.html").read_text(encoding="utf-8")
    assert list((site.folder / "family").iterdir()) == []


def test_written_twice_it_is_the_same(site: Site, published: Path, tmp_path: Path) -> None:
    again = write_dashboard(published, tmp_path / "dashboard", now=SEEN)
    files = {path.relative_to(site.folder) for path in site.folder.rglob("*") if path.is_file()}
    assert files == {path.relative_to(again.folder) for path in again.folder.rglob("*") if path.is_file()}
    assert all((site.folder / file).read_bytes() == (again.folder / file).read_bytes() for file in files)


@pytest.mark.parametrize(
    ("chart", "marks"), [("bars", 3), ("intervals", 3), ("lines", 1), ("points", 3), ("heat", 3), ("flows", 3)]
)
def test_every_kind_of_drawing_draws_its_rows(chart: str, marks: int) -> None:
    rows = pl.DataFrame(
        {"a": ["x", "y", "z"], "b": ["p", "p", "q"], "v": [1.0, 2.0, 3.0], "l": [0.5, 1.5, 2.5], "h": [1.5, 2.5, 4.0]}
    )
    if chart in {"lines", "points"}:
        rows = rows.with_columns(a=pl.Series([1, 2, 3]), b=pl.lit("one"))
    says = {
        "question": "?",
        "chart": chart,
        "x": "a",
        "y": "v",
        "low": "l",
        "high": "h",
        "color": "b",
        "unit": "u",
        "n": "rows: r",
    }
    svg = draw(Figure("f", "", says, rows))
    assert svg.startswith("<svg aria-hidden")
    assert svg.count('aria-roledescription="') >= marks
    assert draw(Figure("f", "", says, rows.clear())) == ""


def test_a_file_that_draws_what_it_does_not_select_is_refused(
    published: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / LAYER).mkdir()
    says = {"question": "What?", "grain": "one", "page": "overview", "place": "1", "chart": "bars", "x": "absent", "y": "n"}
    header = "".join(f"-- {key}: {value}\n" for key, value in (says | {"unit": "u", "n": "rows: r", "method": "m"}).items())
    (tmp_path / LAYER / "own.sql").write_text(f"{header}select 1 as n\n")
    monkeypatch.setattr(sqlfiles, "root", lambda: tmp_path)
    sqlfiles.load.cache_clear()
    with pytest.raises(UsageError, match=r"own\.sql draws absent"):
        write_dashboard(published, tmp_path / "site", now=SEEN)
    sqlfiles.load.cache_clear()


WORDINGS = [
    (None, "–"),
    (True, "yes"),
    (1234567, "1,234,567"),
    (0.123456, "0.1235"),
    (98765.4, "98,765"),
    (datetime(2024, 7, 11), "2024-07-11"),
    (datetime(2024, 7, 11, 8, 5), "2024-07-11 08:05"),
    (date(2024, 7, 11), "2024-07-11"),
    (["a", 2], "a, 2"),
]


@pytest.mark.parametrize(("value", "said"), WORDINGS)
def test_values_are_worded_for_readers(value: object, said: str) -> None:
    assert cell(value) == said
