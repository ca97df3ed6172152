"""What hangs on a model: its own downloads and those of all models that hold its weights."""

from __future__ import annotations

from typing import Final

import numpy as np
import polars as pl

from pipelines.lineage.descendants import sum_descendants
from pipelines.lineage.descent import Descent
from pipelines.lineage.forest import Ints

COUNTED: Final = ("downloads_30d", "downloads_all_time")


def downloads_at_stake(models: pl.DataFrame, edges: pl.DataFrame) -> pl.DataFrame:
    """Sum the downloads of each linked model and of its descendants by weights, each descendant once.

    Args:
        models: model_id, downloads_30d, downloads_all_time (null where nobody knows); one row a model.
        edges: parent_id, child_id, is_weight_inheriting, is_cut; without the cut ones there is no cycle.
    Returns:
        One row an end of an edge, by model_id: downloads_30d_at_stake and downloads_all_time_at_stake, of those that are known;
        null where none of them is. Above merges that cross beyond `descendants.LIMIT` a sum is a lower bound.
    """
    ends = pl.concat([edges["parent_id"], edges["child_id"]]).unique().sort().alias("model_id").to_frame()
    nodes = ends.join(models.select("model_id", *COUNTED), on="model_id", how="left", maintain_order="left")
    kept = edges.filter(pl.col("is_weight_inheriting").fill_null(False) & ~pl.col("is_cut"))
    numbers = ends.with_row_index("node").cast({"node": pl.Int64()})
    parents, children = (
        kept.select(model_id=name).join(numbers, on="model_id", how="left", maintain_order="left")["node"].to_numpy()
        for name in ("parent_id", "child_id")
    )
    descent = Descent.of(nodes.height, parents, children)
    return nodes.select("model_id", *(_summed(descent, nodes[name]) for name in COUNTED))


def _summed(descent: Descent, downloads: pl.Series) -> pl.Series:
    known: Ints = downloads.is_not_null().to_numpy().astype(np.int64)
    held: Ints = downloads.fill_null(0).cast(pl.Int64()).to_numpy()
    total = held + sum_descendants(descent, held).count
    n_known = known + sum_descendants(descent, known).count
    return pl.Series(f"{downloads.name}_at_stake", total).set(pl.Series(n_known == 0), None)
