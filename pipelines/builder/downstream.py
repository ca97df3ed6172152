"""The build's part of scores: read the finished tables, hand them to the pure room, write what it finds."""

from __future__ import annotations

from typing import Final

import polars as pl

from pipelines.builder.folder import BuildFolder
from pipelines.scaling.downstream.changes import score_changes
from pipelines.scaling.downstream.correlation import rank_correlations
from pipelines.scaling.downstream.design import design_gains
from pipelines.scaling.downstream.front import score_fronts
from pipelines.scaling.downstream.links import score_links
from pipelines.scaling.downstream.scores import one_score_each
from warehouse.contract import TABLES
from warehouse.files import write_whole

_OF_HUB: Final = ("license_class", "pipeline_tag", "library_name", "node_kind", "language_source")
DESIGN: Final = ("model_type", "weight_precision", *_OF_HUB, "created_half_year")
"""What is known of how a model was made: what the source says, what the hub says, and when it was there."""


def write_downstream(folder: BuildFolder) -> None:
    """Write the five tables over scores; ``evaluations``, ``models`` and ``edges`` must be written already."""
    scores = one_score_each(pl.read_parquet(folder.table("main", "evaluations")))
    edges = pl.read_parquet(folder.table("main", "edges"), columns=["parent_id", "child_id", "relation", "is_cut"])
    models = pl.scan_parquet(folder.table("main", "models")).select("model_id", "created_at", *_OF_HUB)
    known = models.join(scores.lazy().select("model_id").drop_nulls().unique(), on="model_id", how="semi").collect()
    described = scores.join(known, on="model_id", how="left", maintain_order="left").with_columns(
        known_at=pl.coalesce("created_at", "evaluated_at")
    )
    half = pl.col("known_at").dt.year().cast(pl.String) + pl.when(pl.col("known_at").dt.month() > 6).then(
        pl.lit("b")
    ).otherwise(pl.lit("a"))
    uncut = edges.filter(~pl.col("is_cut"))
    tables = {
        "score_scaling": rank_correlations(scores),
        "score_links": score_links(scores),
        "score_changes": score_changes(scores, uncut),
        "score_fronts": score_fronts(described),
        "design_gains": design_gains(described.with_columns(created_half_year=half), _links(scores, uncut), DESIGN),
    }
    for name, table in tables.items():
        rows = table.select(TABLES[name].column_names)
        write_whole(folder.table("main", name), rows.write_parquet, durable=False)


def _links(scores: pl.DataFrame, edges: pl.DataFrame) -> pl.DataFrame:
    """Return who descends from whom, by the hub's edges and by the bases that sources name."""
    by_hub = edges.select(child="child_id", parent="parent_id")
    by_source = scores.select(child="model_ref", parent="base_model_ref").drop_nulls().unique()
    return pl.concat([by_hub, by_source]).sort("child", "parent")
