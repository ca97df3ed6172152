"""Planting a whole hub: growth, traits, wire rows, cards, losses, dirt and the truth about all of them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import polars as pl

from pipelines.local_hub.planted import truth as tables
from pipelines.local_hub.planted.card_text import card_frames
from pipelines.local_hub.planted.dirty import DirtyTables, plant_dirt
from pipelines.local_hub.planted.families import Structure, grow
from pipelines.local_hub.planted.family_truth import families_truth
from pipelines.local_hub.planted.losses import plant_losses
from pipelines.local_hub.planted.parameters import DriftRates, HubShape
from pipelines.local_hub.planted.population import Population, populate
from pipelines.local_hub.planted.traits import inherit
from pipelines.local_hub.planted.wire import interleave, wire_rows
from warehouse.errors import UsageError

MIN_MODELS: Final = 200
_N_ANCHORS: Final = 1_000
"""Oldest grown models: the parents that dirty records name."""


@dataclass(frozen=True)
class PlantedHub:
    """A hub whose history is known."""

    records: pl.DataFrame
    """One row a model: the columns of `warehouse.landing.schema.RECORDS` but for observed_at, ordered by (created_at,
    hub_object_id); records without a usable id (``raw``) come last."""
    cards: pl.DataFrame
    """One row a model that has a README: hub_object_id, model_id, content (bytes), card_sha (git blob id); grown models in
    creation order, then dirty ones."""
    renames: pl.DataFrame
    """old_id, model_id: ids that the hub answers with a 307 to model_id."""
    truth: Mapping[str, pl.DataFrame]
    """What a perfect pipeline would find, by table:

    - models: a grown model; model_id, hub_object_id, kind (base, single or the relation), root_id and depth along primary
      parents, license, languages (codes with commas), task, library as planted, wire_library, is_<trait>_declared, has_card,
      gated, parameter_count.
    - edges: an accepted pair; parent_id, child_id, relation (null if none is stated), is_primary, is_weight_inheriting,
      is_parent_listed, origin (grown, dirty), mutated_<trait> (null where no rate decides).
    - families: a weak component in scope all or no_merges, see `family_truth.families_truth`.
    - claims_expected: a child and a parent as written; resolution and parent_id that should come out, evidence (the sources
      that state it), needs_hub_answer (only a redirect of the hub, or having seen the old id, tells).
    - dirty: a dirty record; model_id, category (1-80: dirty-metadata; 101 and above: malformed on the wire), what.
    - drift: trait and relation; planted rate and direction, pairs and mutations that really happened. card_drift: one row.
    - growth: a root; the law of its children's dates, n_direct_children.
    - losses: a run and checkpoint; series, parameter_count, token_count, loss, is_final and the law's parameters.
    - cards: a grown model's written card; generator, is_template, is_auto_generated (the seed paper's rule), n_chars.
    - changes: only after `tomorrow.next_day`.
    """


def plant(
    n_models: int,
    seed: int = 0,
    *,
    drift: DriftRates = DriftRates(),  # noqa: B008 - a frozen value
    shape: HubShape = HubShape(),  # noqa: B008 - a frozen value
    dirty_share: float | None = 0.01,
    card_share: float = 1.0,
) -> PlantedHub:
    """Grow ``n_models`` models and add the dirty ones, at least one of every category.

    The same arguments give the same bytes. ``records`` has ``n_models`` rows and those listed in ``truth["dirty"]``.

    Args:
        n_models: grown models, 200 or more.
        seed: every random draw comes from it.
        drift: mutation rates, card drift; `DriftRates.none` and `DriftRates.shuffled` are the null hubs.
        shape: how families grow and how much is declared; with a ``linked_share`` of 0 there are no families.
        dirty_share: dirty records wanted, as a share of ``n_models``; about 200 is the least, None plants no dirt at all.
        card_share: share of the grown models with a README whose text is written; the others are only listed.

    Raises:
        UsageError: fewer than 200 models were asked for (not every relation and defect finds its place in less), or the
            seed is negative.
    """
    if n_models < MIN_MODELS:
        raise UsageError(f"a planted hub has at least {MIN_MODELS} models, not {n_models}")
    if seed < 0:
        raise UsageError(f"a seed is 0 or more, not {seed}")
    structure = grow(n_models, seed, shape)
    traits = inherit(structure, seed, drift, shape)
    population, losses = plant_losses(populate(structure, traits, seed, drift, shape), seed)
    chunks = wire_rows(population)
    card_data = pl.concat([chunk["card_data"] for chunk in chunks])
    cards, card_truth = card_frames(population, card_data, seed, card_share)
    anchors = population.models.select("model_id", "hub_object_id").head(_N_ANCHORS)
    dirt = plant_dirt(anchors, n_models, round((dirty_share or 0) * n_models), seed)
    dirt = dirt.none() if dirty_share is None else dirt
    truth = _truth(structure, population, dirt, drift) | {"losses": losses, "cards": card_truth}
    records = interleave(chunks, dirt.records)
    return PlantedHub(records, pl.concat([cards, dirt.cards]), dirt.renames, truth)


def _truth(structure: Structure, population: Population, dirt: DirtyTables, drift: DriftRates) -> dict[str, pl.DataFrame]:
    grown = tables.edges_truth(population)
    edges = pl.concat([grown, dirt.edges.with_columns(pl.lit("dirty").alias("origin"))], how="diagonal")
    ids = pl.concat([population.models["model_id"], dirt.dirty["model_id"].drop_nulls()])
    return {
        "models": tables.models_truth(population),
        "edges": edges,
        "families": families_truth(ids, edges),
        "claims_expected": pl.concat([tables.claims_truth(population), dirt.claims]),
        "dirty": dirt.dirty,
        "drift": tables.drift_truth(grown, drift),
        "card_drift": tables.card_drift_truth(drift),
        "growth": tables.growth_truth(structure, population),
    }


def write_truth(hub: PlantedHub, folder: Path) -> None:
    """Write one Parquet file a truth table into ``folder``.

    Raises:
        NoSpace: the disk is full or the folder can't be written.
    """
    tables.write_truth_tables(hub.truth, folder)
