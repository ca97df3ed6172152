"""The same hub a day later: what an incremental crawl has to notice, each change written down."""

from __future__ import annotations

from datetime import datetime
from typing import Final

import numpy as np
import polars as pl

from pipelines.local_hub.planted.aftermath import bring_up_to_date
from pipelines.local_hub.planted.edits import CARD_CHANGES, edit_cards, edit_records, license_of
from pipelines.local_hub.planted.hub import PlantedHub
from pipelines.local_hub.planted.newborn import newborn
from pipelines.local_hub.planted.parameters import DAY, DriftRates, stream
from pipelines.local_hub.planted.wire import children_counts

SHARES: Final = {
    "new": 0.30,
    "popularity": 0.25,
    "card": 0.17,
    "sha": 0.10,
    "license": 0.08,
    "task": 0.04,
    "deleted": 0.03,
    "renamed": 0.03,
}
"""Kinds of change and their share of all changes; at least one model each.

popularity: downloads and likes alone, half of them falling, without a new lastModified. sha: a commit that leaves the card.
card: a longer README. license, task: the metadata, with a commit. renamed: another id, the same `_id`. new: a child of a
model that the hub has.
"""


def next_day(
    hub: PlantedHub,
    seed: int,
    changed_share: float = 0.05,
    *,
    drift: DriftRates = DriftRates(),  # noqa: B008 - a frozen value
) -> PlantedHub:
    """Return tomorrow's hub; truth gets a table `changes`: model_id (as it was), hub_object_id, change, before, after.

    Only grown models change; roots and models that an old id leads to are never deleted. Claims keep their words: a child of
    a renamed model still names the old id (resolution renamed, unless the pipeline saw the model under both), one of a
    deleted model an id that is gone (placeholder). ``drift`` rules the new models; `truth["drift"]` keeps the planted rates
    and counts today's edges.
    """
    rng = stream(seed, "tomorrow")
    today = _tomorrow(hub.records)
    chosen = _choose(hub, changed_share, rng)
    born = newborn(chosen.pop("new"), today, seed, drift)
    before = {change: _rows(hub.records, models["model_id"]) for change, models in chosen.items()}
    after = edit_records(before, today, rng)
    cards = _cards(hub.cards, before, after, today)
    changes = pl.concat([_noted(change, before[change], after.get(change), hub.cards, cards) for change in before])
    all_cards = pl.concat([cards, born.cards])
    truth = bring_up_to_date(hub.truth, born.truth, pl.concat([changes, _born(born.records)]), all_cards)
    records = _records(hub.records, before, after, born.records, truth["edges"])
    return PlantedHub(records, all_cards, _renames(hub.renames, changes), truth)


def _tomorrow(records: pl.DataFrame) -> int:
    """Return the start of the day after the newest instant on the hub, in Unix seconds."""
    newest = max(str(records["last_modified"].max()), str(records["created_at"].max()))
    return (int(datetime.fromisoformat(newest).timestamp()) // DAY + 1) * DAY


def _choose(hub: PlantedHub, changed_share: float, rng: np.random.Generator) -> dict[str, pl.DataFrame]:
    """Return disjoint sets of grown models (rows of the truth table `models`), one a kind of change."""
    models, parents = hub.truth["models"], hub.truth["edges"]["parent_id"]
    has_text = pl.col("model_id").is_in(hub.cards["model_id"].implode())
    has_children = pl.col("model_id").is_in(parents.implode())
    is_redirected = pl.col("model_id").is_in(hub.renames["model_id"].implode())
    rules = {
        "deleted": ((pl.col("kind") != "base") & ~is_redirected, has_children),
        "renamed": (pl.lit(True), has_children),
        "new": (pl.col("kind").is_in(["base", "finetune", "merge"]), pl.lit(True)),
        "card": (has_text, pl.lit(True)),
        "license": (has_text & pl.col("is_license_declared"), pl.lit(True)),
        "task": (has_text & pl.col("is_task_declared"), pl.lit(True)),
        "sha": (pl.lit(True), pl.lit(True)),
        "popularity": (pl.lit(True), pl.lit(True)),
    }
    free = models.filter(~pl.col("model_id").is_in(_bound(hub).implode()))
    left = free.gather(pl.Series(rng.permutation(free.height), dtype=pl.UInt32))
    chosen = {}
    for change, (is_allowed, is_preferred) in rules.items():
        n_wanted = max(1, round(SHARES[change] * changed_share * models.height))
        chosen[change] = _pick(left.filter(is_allowed), is_preferred, n_wanted)
        left = left.join(chosen[change], on="model_id", how="anti", maintain_order="left")
    return chosen


def _pick(candidates: pl.DataFrame, is_preferred: pl.Expr, n_wanted: int) -> pl.DataFrame:
    """Return the first ``n_wanted`` candidates, half of them (rounded up) preferred ones if there are enough."""
    preferred = candidates.filter(is_preferred).head((n_wanted + 1) // 2)
    others = candidates.join(preferred, on="model_id", how="anti", maintain_order="left")
    return pl.concat([preferred, others.head(n_wanted - preferred.height)])


def _bound(hub: PlantedHub) -> pl.Series:
    """Return models that stay as they are: parents of dirty records, and planted training runs."""
    dirty = hub.truth["edges"].filter(pl.col("origin") == "dirty")["parent_id"]
    return pl.concat([dirty, hub.truth["losses"]["model_id"].rename("parent_id")]).unique()


def _rows(records: pl.DataFrame, ids: pl.Series) -> pl.DataFrame:
    return ids.to_frame("model_id").join(records, on="model_id", how="inner", maintain_order="left").select(records.columns)


def _cards(cards: pl.DataFrame, before: dict[str, pl.DataFrame], after: dict[str, pl.DataFrame], today: int) -> pl.DataFrame:
    """Return the cards of models that stay: unchanged, rewritten, under their new names."""
    rewritten = pl.concat([edit_cards(cards, before[change], after[change], change, today) for change in CARD_CHANGES])
    leaves = pl.concat([rewritten["model_id"], before["deleted"]["model_id"]])
    kept = pl.concat([cards.filter(~pl.col("model_id").is_in(leaves.implode())), rewritten])
    return kept.with_columns(pl.col("model_id").replace(before["renamed"]["model_id"], after["renamed"]["model_id"]))


def _noted(
    change: str, before: pl.DataFrame, after: pl.DataFrame | None, old_cards: pl.DataFrame, new_cards: pl.DataFrame
) -> pl.DataFrame:
    """Return the rows of `changes` of one kind, the changed value as text before and after."""
    pair = [_value(change, before, old_cards), None if after is None else _value(change, after, new_cards)]
    values = [pl.repeat(None, before.height, dtype=pl.String, eager=True) if value is None else value for value in pair]
    return before.select(
        "model_id", "hub_object_id", pl.lit(change).alias("change"), values[0].alias("before"), values[1].alias("after")
    )


def _value(change: str, rows: pl.DataFrame, cards: pl.DataFrame) -> pl.Series | None:
    if change == "card":
        return rows.join(cards, on="model_id", how="left", maintain_order="left")["card_sha"]
    if change == "license":
        return license_of(rows)
    columns = {"popularity": "downloads_30d", "sha": "sha", "task": "pipeline_tag", "renamed": "model_id"}
    return rows[columns[change]].cast(pl.String) if change in columns else None


def _born(records: pl.DataFrame) -> pl.DataFrame:
    nothing = pl.lit(None, dtype=pl.String)
    return records.select("model_id", "hub_object_id", pl.lit("new").alias("change"), before=nothing, after=nothing)


def _records(
    records: pl.DataFrame,
    before: dict[str, pl.DataFrame],
    after: dict[str, pl.DataFrame],
    born: pl.DataFrame,
    edges: pl.DataFrame,
) -> pl.DataFrame:
    """Return all rows of the new day in the order of creation, with the children of today counted."""
    touched = pl.concat([rows["model_id"] for rows in before.values()])
    rest = records.filter(~pl.col("model_id").is_in(touched.implode()).fill_null(False))
    ordered = pl.concat([rest, *after.values(), born]).sort("created_at", "hub_object_id", nulls_last=True, maintain_order=True)
    counts = children_counts(edges.filter(pl.col("origin") == "grown"), "parent_id")
    counted = ordered.select(parent_id="model_id").join(counts, on="parent_id", how="left", maintain_order="left")
    return ordered.with_columns(counted["children_model_count"])


def _renames(renames: pl.DataFrame, changes: pl.DataFrame) -> pl.DataFrame:
    """Return all redirects; an id renamed twice leads to the newest at once."""
    new = changes.filter(pl.col("change") == "renamed").select(old_id="model_id", model_id="after")
    return pl.concat([renames.with_columns(pl.col("model_id").replace(new["old_id"], new["model_id"])), new])
