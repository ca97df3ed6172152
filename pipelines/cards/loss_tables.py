"""Losses by step or token count, out of the Markdown tables in which cards log a training.

A table counts when a column is a loss on held-out text and another is how far the training was: tokens, steps or epochs. A loss
on the training data itself (the Trainer's ``Training Loss``) counts only where no other is there and the column says just loss.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Final, NamedTuple

from pipelines.cards.markdown_lines import Lines

MAX_LOSSES: Final = 500
"""Losses kept of one card; a Trainer's log of a long training has some hundred lines."""
MAX_LINE_CHARS: Final = 2_000
_LOSSES: Final = ("validation loss", "val loss", "val_loss", "eval loss", "eval_loss", "test loss", "loss")
"""Heads of the column, the best first."""
_PROGRESS: Final[Mapping[str, tuple[str, ...]]] = {
    "token_count": ("tokens", "training tokens", "tokens seen"),
    "step": ("step", "steps"),
    "epochs": ("epoch", "epochs"),
}
_RULE = re.compile(r"[\s|:+-]+")
_AMOUNT = re.compile(r"(?P<figure>\d{1,15}(?:\.\d{1,10})?(?:[eE][-+]?\d{1,2})?)\s?(?P<letter>[kKmMbBtT]?)")
_THOUSANDS: Final = {"": 1.0, "k": 1e3, "m": 1e6, "b": 1e9, "t": 1e12}


class CardLoss(NamedTuple):
    """One loss of a training log."""

    loss: float
    token_count: float | None = None
    step: float | None = None
    epochs: float | None = None


def losses_of_tables(lines: Lines) -> Iterator[CardLoss]:
    """Yield the losses of the first table that logs a training, in its order. Linear in the text's length."""
    rows = [line[:MAX_LINE_CHARS] if code is None else "" for line, code in lines.pairs()]
    for number, line in enumerate(rows):
        if "oss" not in line or not _is_row(line):
            continue
        head = [name.lower() for name in _split(line)]
        loss = next((head.index(name) for name in _LOSSES if name in head), None)
        progress = {name: head.index(word) for name, words in _PROGRESS.items() for word in words if word in head}
        is_table = number + 1 < len(rows) and _is_row(rows[number + 1]) and _RULE.fullmatch(rows[number + 1].strip())
        if loss is not None and progress and is_table:
            yield from _rows(rows[number + 2 : number + 2 + MAX_LOSSES], loss, progress)
            return


def _rows(rows: Sequence[str], loss: int, progress: Mapping[str, int]) -> Iterator[CardLoss]:
    for line in rows:
        if not _is_row(line):
            return
        cells = _split(line)
        value = _amount(cells, loss)
        if value is not None:
            yield CardLoss(value, **{name: _amount(cells, column) for name, column in progress.items()})


def _is_row(line: str) -> bool:
    return line.lstrip().startswith("|")


def _split(line: str) -> list[str]:
    row = line.strip().removeprefix("|").removesuffix("|")
    return [cell.strip().strip("*_`") for cell in row.split("|")]


def _amount(cells: Sequence[str], column: int) -> float | None:
    match = _AMOUNT.fullmatch(cells[column].replace(",", "")) if column < len(cells) else None
    return float(match["figure"]) * _THOUSANDS[match["letter"].lower()] if match else None
