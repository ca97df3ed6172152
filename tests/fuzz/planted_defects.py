"""Defects planted on purpose: a fuzzer that does not find them would not find the true ones either."""

from __future__ import annotations

import re
from typing import Any

import polars as pl

from pipelines.cards import card
from tests.fuzz import fuzz_targets
from warehouse.landing import records


def _crash_on_four_letters() -> None:
    """A reader with a bug four comparisons deep: only who watches the branches gets there."""

    def reader(content: bytes) -> None:
        if content[:1] == b"w" and content[1:2] == b"r" and content[2:3] == b"e" and content[3:4] == b"n":
            raise ZeroDivisionError("planted")

    fuzz_targets.TARGETS["front_matter"] = reader


def _keep_nul() -> None:
    records._is_sound = records._is_encodable


def _lose_an_item() -> None:
    def losing(items: Any, observed_at: Any) -> pl.DataFrame:
        return records.landing_frame([item for item in items if not isinstance(item, list)], observed_at)

    fuzz_targets.landing_frame = losing


def _slow_comments() -> None:
    """The usual regular expression: each comment that never ends is looked for to the end of the card."""
    comment = re.compile("<!--.*?-->", re.DOTALL)
    card.without_comments = lambda text: comment.sub("", text)


PLANTED = {"crash": _crash_on_four_letters, "nul": _keep_nul, "lost": _lose_an_item, "slow": _slow_comments}
