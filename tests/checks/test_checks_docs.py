"""The page of check results: whole, self-contained, safe against hostile values, failing checks first."""

from __future__ import annotations

import re
from html.parser import HTMLParser
from pathlib import Path

import polars as pl
from checked_file import CHECKED_AT
from corruptions import CHECKS

from pipelines.checks import unchecked, write_data_docs
from pipelines.checks.results import SCHEMA, Outcome, frame_of, row_of

HOSTILE = "<script>alert(1)</script><img src=x onerror=y>\"'&amp;$title ${verdict} </details>"


class _Page(HTMLParser):
    """The page's tags, addresses and text, read by a parser that is not the writer."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.tags: list[str] = []
        self.addresses: list[str] = []
        self.handlers: list[str] = []
        self.text: list[str] = []
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        self.addresses += [value or "" for name, value in attrs if name in {"src", "href", "action", "srcset", "data"}]
        self.handlers += [name for name, _ in attrs if name.startswith("on") or name == "style"]

    def handle_data(self, data: str) -> None:
        self.text.append(data)


def _results(observed: str = "no row breaks it", **verdicts: bool | None) -> pl.DataFrame:
    """Every check of the contract as passed, but for those of a table named in ``verdicts``."""
    rows = [row_of(entry, Outcome(verdicts.get(entry.table, True), observed, 3), n_rows=12) for entry in CHECKS]
    return frame_of(rows, build_id="b<1>", checked_at=CHECKED_AT)


def _write(results: pl.DataFrame, folder: Path, title: str = "Checks") -> str:
    path = write_data_docs(results, folder / "docs", title=title)
    assert path == folder / "docs" / "index.html"
    assert [file.name for file in path.parent.iterdir()] == ["index.html"]
    return path.read_text(encoding="utf-8")


def test_the_page_loads_nothing_from_anywhere(tmp_path: Path) -> None:
    html = _write(_results(), tmp_path)
    page = _Page(html)
    assert not set(page.tags) & {"script", "link", "img", "iframe", "object", "embed", "base", "form"}
    assert page.addresses
    assert all(address.startswith("#") for address in page.addresses)
    assert not re.search(r"https?:|//\w|@import|url\(", html)
    assert "default-src 'none'" in html


def test_the_page_fits_a_phone(tmp_path: Path) -> None:
    assert 'name="viewport" content="width=device-width' in _write(_results(), tmp_path)


def test_every_check_stands_there_with_meaning_expectation_finding_counts_and_sql(tmp_path: Path) -> None:
    page = _Page(_write(_results(), tmp_path))
    text = "\n".join(page.text)
    for entry in CHECKS:
        assert entry.name in text
        assert entry.meaning in text
        assert entry.offenders in text
    assert page.tags.count("details") == len(CHECKS)
    for words in ("Meaning", "Must hold", "Found", "Counts", "Expectation", "SQL to see it", "3 break it, of 12 rows"):
        assert text.count(words) == len(CHECKS)
    assert 'expect_column_values_to_be_in_set {"column": "card_status"' in text


def test_tables_with_failing_checks_come_first_and_are_open(tmp_path: Path) -> None:
    html = _write(_results(runs=False, cards=None), tmp_path)
    assert re.findall(r'<section id="(\w+)">', html)[:2] == ["runs", "cards"]
    opened = [match.start() for match in re.finditer("<details open>", html)]
    closed = [match.start() for match in re.finditer("<details>", html)]
    of_runs = [entry for entry in CHECKS if entry.table in {"runs", "cards"}]
    assert len(opened) == len(of_runs)
    assert max(opened) < min(closed)


def test_a_state_is_told_by_symbol_and_word_not_by_colour_alone(tmp_path: Path) -> None:
    html = _write(_results(runs=False, cards=None), tmp_path)
    for symbol, words in (("✗", "failed, stops publishing"), ("▲", "warning"), ("?", "could not be run"), ("✓", "passed")):
        assert f"{symbol}</b> {words}" in html


def test_hostile_values_are_shown_as_text(tmp_path: Path) -> None:
    results = _results(HOSTILE, models=False).with_columns(
        check_name=pl.lit(HOSTILE), table_name=pl.lit(HOSTILE), expected=pl.lit(HOSTILE), run_id=pl.lit(HOSTILE)
    )
    page = _Page(_write(results.head(3), tmp_path, title=HOSTILE))
    assert not set(page.tags) & {"script", "img"}
    assert page.handlers == []
    assert page.tags.count("details") == 3
    assert "".join(page.text).count(HOSTILE) > 5


def test_a_build_that_was_not_checked_says_so(tmp_path: Path) -> None:
    text = "".join(_Page(_write(unchecked("b1", CHECKED_AT), tmp_path)).text)
    assert "could not be run" in text
    assert "hubtree[checks]" in text


def test_no_results_give_a_page_too(tmp_path: Path) -> None:
    assert "<h1>Checks</h1>" in _write(pl.DataFrame(schema=SCHEMA), tmp_path)


def test_the_page_is_replaced_whole(tmp_path: Path) -> None:
    first = _write(_results(models=False), tmp_path)
    second = _write(_results(), tmp_path)
    assert first != second == _write(_results(), tmp_path)
