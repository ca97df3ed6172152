"""Results on a terminal."""

from __future__ import annotations

import io

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from rich.console import Console

from pipelines.printable import printable
from pipelines.query.table import shared_widths, terminal_table


def drawn(frame: pl.DataFrame, width: int = 60, *, wraps: bool = False) -> list[str]:
    console = Console(file=io.StringIO(), width=width, no_color=True)
    console.print(terminal_table(frame, width=width, wraps=wraps))
    return console.file.getvalue().splitlines()  # type: ignore[attr-defined]  # it is the StringIO above


def test_numbers_stand_to_the_right_and_text_to_the_left() -> None:
    lines = drawn(pl.DataFrame({"name": ["a", "long name"], "n": [5, 12345]}))
    assert [line.rstrip() for line in lines if "a" in line][1:] == ["a               5", "long name   12345"]


def test_a_long_column_gives_way_and_short_ones_stay_whole() -> None:
    lines = drawn(pl.DataFrame({"id": ["owner/name"], "text": ["x" * 200], "n": [123456]}))
    assert all(len(line) <= 60 for line in lines)
    row = next(line for line in lines if "owner" in line)
    assert "owner/name" in row
    assert "123456" in row
    assert "…" in row


def test_wrapped_cells_lose_nothing() -> None:
    lines = drawn(pl.DataFrame({"id": ["a"], "text": ["word " * 40]}), wraps=True)
    assert "".join(lines).count("word") == 40


def test_columns_without_room_are_counted() -> None:
    wide = pl.DataFrame({f"column_{number}": ["some text"] for number in range(37)})
    text = "\n".join(drawn(wide, width=80))
    assert "more columns do not fit" in text
    assert "column_0" in text


def test_values_are_written_for_people() -> None:
    frame = pl.DataFrame({"share": [1 / 3, 1e-9], "flag": [True, None], "list": [["a", "b"], []]})
    text = "\n".join(drawn(frame))
    for piece in ("0.333333", "1e-09", "true", "null", "a, b"):
        assert piece in text


def test_codes_that_steer_a_terminal_are_not_printed() -> None:
    text = "\n".join(drawn(pl.DataFrame({"id\x1b[2J": ["red \x1b[31m\u202e\r\x07 [bold]x[/bold]"]})))
    assert not set("\x1b\u202e\r\x07") & set(text)
    assert "[bold]x[/bold]" in text


def test_a_frame_without_rows_shows_its_header() -> None:
    assert "name" in "\n".join(drawn(pl.DataFrame(schema={"name": pl.String})))


@settings(max_examples=100, deadline=None)
@given(st.lists(st.integers(1, 300), min_size=1, max_size=8), st.integers(90, 200))
def test_widths_fit_and_narrow_columns_are_never_cut_for_wide_ones(natural: list[int], width: int) -> None:
    shared = shared_widths(natural, width)
    assert sum(shared) + 3 * (len(natural) - 1) <= width
    cut = [given for need, given in zip(natural, shared, strict=True) if given < need]
    assert len(set(cut)) <= 1
    assert all(kept <= max(cut, default=300) for need, kept in zip(natural, shared, strict=True) if need == kept)


@pytest.mark.parametrize("character", ["\0", "\n", "\x1b", "\x7f", "\x9b", "\u202e", "\u2066", "\ud800"])
def test_steering_characters_become_replacement_characters(character: str) -> None:
    assert printable(f"a{character}b") == "a\ufffdb"
