"""How scores change along edges: child against parent by relation, a merge against its parents."""

from __future__ import annotations

from typing import Final

import polars as pl

FEWEST_CLUSTERS: Final = 5
"""Parents below which a mean change has no interval: children of one parent are no independent evidence."""
NORMAL_95: Final = 1.959964
_KEY: Final = ["relation", "baseline", "protocol_id"]


def score_changes(scores: pl.DataFrame, edges: pl.DataFrame) -> pl.DataFrame:
    """Return one row a relation, baseline and protocol, sorted.

    Args:
        scores: one row a protocol and model, see `one_score_each`; those without a model_id or direction are left out.
        edges: parent_id, child_id, relation; cut edges already left out.

    Returns:
        Baseline ``parent`` compares every scored child with each scored parent; ``best_parent`` and ``mean_parent`` compare
        merges with the best and the mean of at least two scored parents (merge uplift). The mean change, turned so that above
        0 is better, has a cluster-robust interval over (first) parents; ``clear_share`` is the share of pairs whose change
        exceeds 1.96 joint standard errors, null where no errors are known.
    """
    known = scores.drop_nulls(["model_id", "higher"]).group_by("protocol_id", "model_id").agg(pl.col("higher", "stderr").mean())
    child = known.rename({"model_id": "child_id", "higher": "child_score", "stderr": "child_error"})
    parent = known.rename({"model_id": "parent_id", "higher": "parent_score", "stderr": "parent_error"})
    pairs = (
        edges.select("parent_id", "child_id", "relation")
        .join(child, on="child_id")
        .join(parent, on=["parent_id", "protocol_id"])
    )
    merges = pairs.filter(pl.col("relation") == "merge").sort("parent_id")
    by_merge = merges.group_by("child_id", "protocol_id", "relation", "child_score", "child_error", maintain_order=True)
    uplift = by_merge.agg(
        pl.len().alias("n_scored"),
        pl.col("parent_id").first(),
        pl.col("parent_score").max().alias("best_parent"),
        pl.col("parent_score").mean().alias("mean_parent"),
        pl.col("parent_error").mean(),
    ).filter(pl.col("n_scored") >= 2)
    compared = [pairs.with_columns(baseline=pl.lit("parent"), against="parent_score")]
    compared += [uplift.with_columns(baseline=pl.lit(name), against=name) for name in ("best_parent", "mean_parent")]
    columns = ["relation", "baseline", "protocol_id", "parent_id", "child_score", "child_error", "against", "parent_error"]
    return _summary(pl.concat([table.select(columns) for table in compared]))


def _summary(pairs: pl.DataFrame) -> pl.DataFrame:
    change = pl.col("child_score") - pl.col("against")
    error = (pl.col("child_error") ** 2 + pl.col("parent_error") ** 2).sqrt()
    judged = pairs.with_columns(change=change, clear=(change.abs() > NORMAL_95 * error))
    means = judged.group_by(_KEY).agg(
        n_pairs=pl.len(),
        n_parents_compared=pl.col("parent_id").n_unique(),
        score_change=pl.col("change").mean(),
        median_change=pl.col("change").median(),
        improved_share=(pl.col("change") > 0).mean(),
        clear_share=pl.col("clear").mean(),
    )
    centred = judged.join(means.select(*_KEY, "score_change"), on=_KEY).with_columns(
        off=pl.col("change") - pl.col("score_change")
    )
    clusters = centred.group_by([*_KEY, "parent_id"]).agg(pl.col("off").sum())
    spread = clusters.group_by(_KEY).agg(squares=(pl.col("off") ** 2).sum())
    k = pl.col("n_parents_compared")
    reach = NORMAL_95 * (pl.col("squares") * k / (k - 1)).sqrt() / pl.col("n_pairs")
    usable = pl.when(k >= FEWEST_CLUSTERS).then(reach)
    summary = means.join(spread, on=_KEY).with_columns(
        score_change_low95=pl.col("score_change") - usable, score_change_high95=pl.col("score_change") + usable
    )
    return summary.drop("squares").with_columns(pl.col("n_pairs", "n_parents_compared").cast(pl.Int64)).sort(_KEY)
