"""A result as a table on a terminal: as wide as the terminal, numbers to the right, nothing that steers it."""

from __future__ import annotations

import math
from collections.abc import Sequence
from datetime import datetime
from typing import Final, Literal

import polars as pl
from rich.box import SIMPLE_HEAD
from rich.cells import cell_len
from rich.table import Table
from rich.text import Text

from pipelines.printable import printable

_NULL: Final = Text("null", style="dim")
_LONGEST_CELL: Final = 500
"""Characters of a cell that are handed to the layout; a terminal shows fewer, and card texts have thousands."""
_NARROWEST: Final = 8
"""Columns are not squeezed below this; those that find no room are left out, and the caption counts them."""
_GAP: Final = 3
"""What the box sets between columns."""


def terminal_table(frame: pl.DataFrame, *, width: int, wraps: bool = False) -> Table:
    """Return the frame as a rich table for a terminal of ``width`` characters.

    Short columns keep their width and long ones share what is left; long cells end in an ellipsis, or go on in further lines
    with ``wraps``. Null differs from the text "null" by its style.
    """
    shown = frame[:, : max(1, (width + _GAP) // (_NARROWEST + _GAP))]
    cells = [[_cell(value) for value in shown[name]] for name in shown.columns]
    widths = shared_widths([_natural(name, column) for name, column in zip(shown.columns, cells, strict=True)], width)
    table = Table(
        box=SIMPLE_HEAD, show_edge=False, pad_edge=False, caption=_caption(frame.width - shown.width), caption_justify="left"
    )
    for (name, kind), most in zip(shown.schema.items(), widths, strict=True):
        header = Text(printable(name), overflow="ellipsis", no_wrap=True)
        justify: Literal["left", "right"] = "right" if kind.is_numeric() else "left"
        overflow: Literal["fold", "ellipsis"] = "fold" if wraps else "ellipsis"
        table.add_column(header, justify=justify, max_width=most, no_wrap=not wraps, overflow=overflow)
    for row in zip(*cells, strict=True):
        table.add_row(*row)
    return table


def shared_widths(natural: Sequence[int], width: int) -> list[int]:
    """Cut the widest columns to one common width so that all fit: none shorter than its need is cut for another's sake."""
    room = width - _GAP * (len(natural) - 1)
    cap = max(natural, default=0)
    while cap > _NARROWEST and sum(min(need, cap) for need in natural) > room:
        cap -= 1
    return [min(need, cap) for need in natural]


def _natural(name: str, cells: Sequence[Text]) -> int:
    return max(cell_len(printable(name)), *(cell.cell_len for cell in cells), 1)


def _caption(n_left_out: int) -> str | None:
    if not n_left_out:
        return None
    return f"{n_left_out:,} more columns do not fit: name the columns you need, or choose another format"


def _cell(value: object) -> Text:
    return _NULL if value is None else Text(printable(_written(value)[:_LONGEST_CELL]))


def _written(value: object) -> str:
    """Write a value as briefly as a person can read it."""
    if isinstance(value, float):
        return _number(value)
    if isinstance(value, datetime):
        return value.isoformat(sep=" ", timespec="seconds")
    if isinstance(value, pl.Series | list):
        return ", ".join(map(_written, value))
    return str(value).lower() if isinstance(value, bool) else str(value)


def _number(value: float) -> str:
    """Write a float with at most six decimals, very small and very large ones with an exponent."""
    if value == 0 or (math.isfinite(value) and 1e-4 <= abs(value) < 1e15):
        return f"{value:.6f}".rstrip("0").rstrip(".")
    return f"{value:.6g}"
