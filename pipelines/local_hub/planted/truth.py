"""The truth as tables: what a perfect pipeline would find in the planted hub."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import numpy as np
import polars as pl

from pipelines.local_hub.planted.families import Structure
from pipelines.local_hub.planted.parameters import TRAITS, DriftRates
from pipelines.local_hub.planted.population import Population
from pipelines.local_hub.planted.vocabulary import TRAIT
from warehouse.files import write_whole


def write_truth_tables(truth: Mapping[str, pl.DataFrame], folder: Path) -> None:
    """Write one Parquet file a table.

    Raises:
        NoSpace: the disk is full or the folder can't be written.
    """
    for name, table in truth.items():
        write_whole(folder / f"{name}.parquet", table.write_parquet)


def models_truth(population: Population) -> pl.DataFrame:
    """Return one row a grown model: identity, kind, root and depth along primary parents, traits, what is declared."""
    models = population.models
    in_card = {
        f"is_{trait}_declared": pl.col(f"is_{trait}_declared") & pl.col("has_card") for trait in ("license", "languages")
    }
    return models.select(
        "model_id",
        "hub_object_id",
        "kind",
        models["model_id"].gather(models["root"]).alias("root_id"),
        "depth",
        *TRAITS,
        "wire_library",
        pl.col("is_task_declared", "is_library_declared"),
        "has_card",
        "gated",
        "parameter_count",
        **in_card,
    )


def edges_truth(population: Population) -> pl.DataFrame:
    """Return one row an edge of the grown families.

    ``mutated_<trait>`` says whether the values planted differ, on edges from the primary parent; null on a merge's other
    edges, and for the library wherever the relation and not a rate decides it.
    """
    models, edges = population.models, population.edges
    child, parent = edges["child"], edges["parent"]
    is_primary = pl.col("position") == 0
    by_relation = models["is_library_by_relation"]
    decided = by_relation.gather(child) | by_relation.gather(parent)
    mutated = {f"mutated_{trait}": pl.when(is_primary).then(models[f"mutated_{trait}"].gather(child)) for trait in TRAITS}
    mutated["mutated_library"] = pl.when(is_primary & ~pl.lit(decided)).then(models["mutated_library"].gather(child))
    return edges.select(
        "parent_id",
        models["model_id"].gather(child).alias("child_id"),
        "relation",
        is_primary.alias("is_primary"),
        pl.lit(True).alias("is_weight_inheriting"),
        pl.lit(True).alias("is_parent_listed"),
        pl.lit("grown").alias("origin"),
        **mutated,
    )


def claims_truth(population: Population) -> pl.DataFrame:
    """Return one row a claim of the grown models: they all name their parents exactly, and every source agrees."""
    child = population.edges["child"]
    ids, has_base_models = population.models["model_id"], population.models["has_base_models"]
    sources = pl.when(has_base_models.gather(child)).then(pl.lit(["tag", "card_data", "base_models"]))
    return population.edges.select(
        ids.gather(child).alias("child_id"),
        pl.col("parent_id").alias("parent_ref"),
        pl.lit("exact").alias("resolution"),
        "parent_id",
        sources.otherwise(pl.lit(["tag", "card_data"])).alias("evidence"),
        pl.lit(False).alias("needs_hub_answer"),
    )


def drift_truth(edges: pl.DataFrame, drift: DriftRates) -> pl.DataFrame:
    """Return one row a trait and relation: the planted rate and direction, and the mutations that really happened.

    ``n_pairs`` and ``n_mutated`` count primary edges whether or not both ends declare the trait.
    """
    rows = [
        {
            "trait": trait,
            "relation": relation,
            "rate": None if drift.is_independent else getattr(drift.of(trait), relation),
            "directed_share": drift.of(trait).directed_share,
            "upstream_to_downstream": [TRAIT[trait].values[i] for i in np.argsort(TRAIT[trait].rank, kind="stable")],
        }
        for trait in TRAITS
        for relation in ("finetune", "adapter", "quantized", "merge")
    ]
    schema: dict[str, pl.DataType] = {
        "trait": pl.String(), "relation": pl.String(), "rate": pl.Float64(), "directed_share": pl.Float64(),
        "upstream_to_downstream": pl.List(pl.String()),
    }  # fmt: skip
    return drift_counts(pl.DataFrame(rows, schema=schema), edges)


def drift_counts(planted: pl.DataFrame, edges: pl.DataFrame) -> pl.DataFrame:
    """Return the planted rates with ``n_pairs`` and ``n_mutated`` of the edges."""
    flags = [f"mutated_{trait}" for trait in TRAITS]
    counts = edges.unpivot(flags, index="relation", variable_name="trait", value_name="mutated")
    seen = counts.group_by(pl.col("trait").str.strip_prefix("mutated_"), "relation").agg(
        pl.col("mutated").count().cast(pl.Int64).alias("n_pairs"), pl.col("mutated").sum().cast(pl.Int64).alias("n_mutated")
    )
    return planted.join(seen, on=["trait", "relation"], how="left", maintain_order="left")


def card_drift_truth(drift: DriftRates) -> pl.DataFrame:
    """Return the one row of card drift: median length ratio child to parent of hand-written bodies, template shares."""
    return pl.DataFrame(
        {
            "card_shrinkage": [drift.card_shrinkage],
            "template_share_of_roots": [drift.template_share_of_roots],
            "template_share_of_children": [drift.template_share_of_children],
        }
    )


def growth_truth(structure: Structure, population: Population) -> pl.DataFrame:
    """Return one row a root: the growth law of its family's dates, and how many children hang on it directly."""
    law = structure.growth
    direct = np.bincount(structure.parent[structure.parent >= 0], minlength=len(structure.parent))
    return pl.DataFrame(
        {
            "root_id": population.models["model_id"].gather(pl.Series(law.root, dtype=pl.UInt32)),
            "fitness": law.fitness,
            "immediacy": law.immediacy,
            "longevity": law.longevity,
            "n_direct_children": direct[law.root],
        }
    ).sort("root_id")
