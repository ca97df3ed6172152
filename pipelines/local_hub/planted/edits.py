"""What one day does to records and cards: edits of the rows that were chosen, kind by kind."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Final

import numpy as np
import polars as pl

from pipelines.local_hub.planted.card_text import cards_of
from pipelines.local_hub.planted.front_matter import front_matter
from pipelines.local_hub.planted.identity import hex_text, wire_instant
from pipelines.local_hub.planted.parameters import DAY
from pipelines.local_hub.planted.traits import mutate
from pipelines.local_hub.planted.vocabulary import LICENSE, TASK, Trait

Edit = Callable[[pl.DataFrame, int, np.random.Generator], pl.DataFrame]
_ADDED_NOTE: Final = "\n## Changelog\n\nThe numbers above were read again on day {day} and still hold.\n"
CARD_CHANGES: Final = ("card", "license", "task")
"""Kinds of change that rewrite the README; for license and task its front matter alone."""


def edit_records(chosen: Mapping[str, pl.DataFrame], today: int, rng: np.random.Generator) -> dict[str, pl.DataFrame]:
    """Return the rows after the day, by kind of change; each keeps its order. Deleted rows are not there any more."""
    return {change: edit(chosen[change], today, rng) for change, edit in _EDITS.items()}


def edit_cards(cards: pl.DataFrame, before: pl.DataFrame, after: pl.DataFrame, change: str, today: int) -> pl.DataFrame:
    """Return the new cards of models whose README one of `CARD_CHANGES` rewrote; ``before`` and ``after`` are their records.

    A grown card is its front matter and a body, so new metadata is a new front matter before the same body.
    """
    old = before.select("model_id", old_data="card_data", new_data=after["card_data"])
    rows = cards.join(old, on="model_id", how="inner", maintain_order="left")
    note = _ADDED_NOTE.format(day=today // DAY).encode() if change == "card" else b""
    contents = [
        front_matter(new_data).encode() + content[len(front_matter(old_data).encode()) :] + note
        for content, old_data, new_data in rows.select("content", "old_data", "new_data").iter_rows()
    ]
    return cards_of(rows, contents)


def _popularity(rows: pl.DataFrame, _: int, rng: np.random.Generator) -> pl.DataFrame:
    """Change downloads and likes: half the models fall, half rise."""
    falls = pl.Series(rng.random(rows.height) < 0.5)
    downloads = pl.col("downloads_30d")
    return rows.with_columns(
        downloads_30d=pl.when(falls).then(downloads // 2).otherwise(downloads * 2 + 3),
        downloads_all_time=pl.col("downloads_all_time") + downloads // 30 + 1,
        likes=pl.when(falls).then((pl.col("likes") - 1).clip(0)).otherwise(pl.col("likes") + 2),
    )


def _commit(rows: pl.DataFrame, today: int, rng: np.random.Generator) -> pl.DataFrame:
    """Give the models a new commit and its instant."""
    instants = today + DAY // 2 + rng.integers(0, DAY // 2, rows.height)
    return rows.with_columns(
        hex_text(rng.bytes(20 * rows.height), 40).alias("sha"), wire_instant(instants).alias("last_modified")
    )


def _retagged(rows: pl.DataFrame, old: pl.Series, new: pl.Series, key: str, prefix: str) -> pl.DataFrame:
    """Replace a value in the tags and, where it stands there, under ``key`` of the metadata."""
    tags = [
        [prefix + after if tag == prefix + before else tag for tag in tags]
        for tags, before, after in zip(rows["tags"], old, new, strict=True)
    ]
    data = [
        text and text.replace(f'"{key}":"{before}"', f'"{key}":"{after}"')
        for text, before, after in zip(rows["card_data"], old, new, strict=True)
    ]
    return rows.with_columns(pl.Series("tags", tags, dtype=pl.List(pl.String)), pl.Series("card_data", data, dtype=pl.String))


def _another(trait: Trait, values: pl.Series, rng: np.random.Generator) -> pl.Series:
    codes = np.array([trait.values.index(value) for value in values], dtype=np.int64)
    return pl.Series([trait.values[code] for code in mutate(trait, codes, 0.5, rng)], dtype=pl.String)


def license_of(rows: pl.DataFrame) -> pl.Series:
    """Return the one declared licence of each row, read from its tags."""
    tags = pl.col("tags").list.eval(pl.element().filter(pl.element().str.starts_with("license:"))).list.first()
    return rows.select(tags.str.strip_prefix("license:")).to_series()


def _license(rows: pl.DataFrame, today: int, rng: np.random.Generator) -> pl.DataFrame:
    old = license_of(rows)
    return _retagged(_commit(rows, today, rng), old, _another(LICENSE, old, rng), "license", "license:")


def _task(rows: pl.DataFrame, today: int, rng: np.random.Generator) -> pl.DataFrame:
    new = _another(TASK, rows["pipeline_tag"], rng)
    retagged = _retagged(_commit(rows, today, rng), rows["pipeline_tag"], new, "pipeline_tag", "")
    return retagged.with_columns(new.alias("pipeline_tag"))


def _rename(rows: pl.DataFrame, today: int, _: np.random.Generator) -> pl.DataFrame:
    return rows.with_columns(pl.format("{}-moved-d{}", "model_id", pl.lit(today // DAY)).alias("model_id"))


_EDITS: Final[dict[str, Edit]] = {
    "popularity": _popularity,
    "sha": _commit,
    "card": _commit,
    "license": _license,
    "task": _task,
    "renamed": _rename,
}
