"""Which lines of many cards may name a parent: literals are looked for in all lines at once, before any pattern is tried.

One automaton finds all literals in one pass over the text (Aho and Corasick 1975), so this costs a hundredth of what looking
for each in turn does, and no more for a hostile card than for another of its length.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import chain
from typing import Final, NamedTuple

import numpy as np
import polars as pl

from pipelines.cards.markdown_lines import Lines
from pipelines.cards.text_rules import NEEDED

MAX_LINE_CHARS: Final = 2_000
"""A line is read up to here."""
PASTED_WITHIN_CHARS: Final = 40
"""The words "original model card" begin a pasted card when they stand in so many first characters of a line."""

_NAMING: Final = ["/", "`", "odels", "ODELS"]
"""A line that names a model holds one of these, or ends with a colon: then the next line may name it."""
_COLONS: Final = (":", "：")
_STEMS: Final = list(NEEDED)
_EMPHASIS: Final = " *_"


class TellingLine(NamedTuple):
    """A line to be read."""

    number: int
    stems: tuple[str, ...]
    """What of `NEEDED` it holds, sorted; none for a line that is read for another reason."""


def telling_lines(cards: Sequence[Lines]) -> list[list[TellingLine]]:
    """Return, for each card, the lines that may name a parent, begin a pasted card or hold an embedded configuration."""
    frame = _all_lines(cards)
    spoken = _spoken(frame)
    starts = np.cumsum([0, *(len(lines.texts) for lines in cards)])
    found: list[dict[int, tuple[str, ...]]] = [{} for _ in cards]
    for place in [*_pasted(frame), *_configured(cards, starts)]:
        card = int(np.searchsorted(starts, place, side="right")) - 1
        found[card][int(place - starts[card])] = ()
    owners = np.searchsorted(starts, spoken["place"].to_numpy(), side="right") - 1
    numbers = spoken["place"].to_numpy() - starts[owners]
    for card, number, stem in zip(owners.tolist(), numbers.tolist(), spoken["stem"].to_list(), strict=True):
        found[card][number] = (*found[card].get(number, ()), stem)
    return [[TellingLine(number, lines[number]) for number in sorted(lines)] for lines in found]


def _spoken(frame: pl.DataFrame) -> pl.DataFrame:
    """Return the lines that name something and hold a stem: place and stem, one row a line and stem, sorted."""
    line, ending = pl.col("line"), pl.col("line").str.strip_chars_end(_EMPHASIS)
    naming = line.str.contains_any(_NAMING) | ending.str.ends_with(_COLONS[0]) | ending.str.ends_with(_COLONS[1])
    lowered = frame.filter(naming).select("place", lowered=line.str.slice(0, MAX_LINE_CHARS).str.to_lowercase())
    speaking = lowered.filter(pl.col("lowered").str.contains_any(_STEMS))
    stems = speaking.select("place", stem=pl.col("lowered").str.extract_many(_STEMS, overlapping=True)).explode("stem")
    return stems.unique().sort("place", "stem")


def _all_lines(cards: Sequence[Lines]) -> pl.DataFrame:
    texts = list(chain.from_iterable(lines.texts for lines in cards))
    return pl.DataFrame({"line": texts}, schema={"line": pl.String()}).with_row_index("place").cast({"place": pl.Int64()})


def _pasted(frame: pl.DataFrame) -> list[int]:
    said = frame.filter(pl.col("line").str.contains("riginal", literal=True))
    return said.filter(pl.col("line").str.slice(0, PASTED_WITHIN_CHARS).str.contains("riginal", literal=True))[
        "place"
    ].to_list()


def _configured(cards: Sequence[Lines], starts: np.ndarray[tuple[int], np.dtype[np.int64]]) -> list[int]:
    """Return the places of fenced blocks that speak of a base model."""
    return [
        int(start) + number
        for start, lines in zip(starts, cards, strict=False)
        for number, code in enumerate(lines.codes)
        if code is not None and "base_model" in code
    ]
