"""The truth after a day: the tables of `plant`, brought up to date with what was deleted, renamed, changed and born."""

from __future__ import annotations

from collections.abc import Mapping

import polars as pl

from pipelines.local_hub.planted.family_truth import families_truth
from pipelines.local_hub.planted.parameters import TRAITS
from pipelines.local_hub.planted.truth import drift_counts

Truth = Mapping[str, pl.DataFrame]


def bring_up_to_date(truth: Truth, born: Truth, changes: pl.DataFrame, cards: pl.DataFrame) -> dict[str, pl.DataFrame]:
    """Return the truth after ``changes``; ``born`` holds the rows of new models, ``cards`` all cards of the new day."""
    gone = _of(changes, "deleted")["model_id"]
    moves = _of(changes, "renamed").select("model_id", "after")
    models = _models(truth["models"], born["models"], changes, gone, moves)
    edges = _edges(truth["edges"], born["edges"], gone, moves, models)
    losses, dirty = truth["losses"], truth["dirty"]
    ids = pl.concat([models["model_id"], dirty["model_id"].drop_nulls()])
    return {
        "models": models,
        "edges": edges,
        "families": families_truth(ids, edges),
        "claims_expected": _claims(truth["claims_expected"], born["claims_expected"], gone, moves),
        "dirty": dirty,
        "drift": drift_counts(truth["drift"].drop("n_pairs", "n_mutated"), edges.filter(pl.col("origin") == "grown")),
        "card_drift": truth["card_drift"],
        "growth": _growth(truth["growth"], edges, moves),
        "losses": losses,
        "cards": _cards(truth["cards"], born["cards"], cards, gone, moves),
        "changes": changes,
    }


def _of(changes: pl.DataFrame, change: str) -> pl.DataFrame:
    return changes.filter(pl.col("change") == change)


def _without(table: pl.DataFrame, column: str, ids: pl.Series) -> pl.DataFrame:
    return table.filter(~pl.col(column).is_in(ids.implode()))


def _moved(column: str, moves: pl.DataFrame) -> pl.Expr:
    """Return a column of ids with the new names of renamed models."""
    return pl.col(column).replace(moves["model_id"], moves["after"])


def _models(
    models: pl.DataFrame, born: pl.DataFrame, changes: pl.DataFrame, gone: pl.Series, moves: pl.DataFrame
) -> pl.DataFrame:
    changed = _without(models, "model_id", gone)
    for trait in ("license", "task"):
        news = _of(changes, trait).select("model_id", pl.col("after").alias("new_value"))
        joined = changed.join(news, on="model_id", how="left", maintain_order="left")
        changed = joined.with_columns(pl.coalesce("new_value", trait).alias(trait)).drop("new_value")
    return pl.concat([changed, born]).with_columns(_moved("model_id", moves), _moved("root_id", moves))


def _edges(edges: pl.DataFrame, born: pl.DataFrame, gone: pl.Series, moves: pl.DataFrame, models: pl.DataFrame) -> pl.DataFrame:
    """Drop edges of deleted children, keep those of deleted parents as unlisted, and compare the traits again."""
    kept = pl.concat([_without(edges, "child_id", gone), born])
    is_listed = pl.col("is_parent_listed") & ~pl.col("parent_id").is_in(gone.implode())
    renamed = kept.with_columns(_moved("parent_id", moves), _moved("child_id", moves), is_parent_listed=is_listed)
    values = models.select("model_id", *TRAITS)
    both = renamed.join(values, left_on="child_id", right_on="model_id", how="left", maintain_order="left").join(
        values, left_on="parent_id", right_on="model_id", how="left", maintain_order="left", suffix="_of_parent"
    )
    again = {
        f"mutated_{trait}": pl.when(pl.col(f"mutated_{trait}").is_not_null()).then(
            pl.col(trait) != pl.col(f"{trait}_of_parent")
        )
        for trait in TRAITS
    }
    return both.with_columns(**again).select(edges.columns)


def _claims(claims: pl.DataFrame, born: pl.DataFrame, gone: pl.Series, moves: pl.DataFrame) -> pl.DataFrame:
    """Keep every claim as written: a deleted parent becomes a placeholder, a renamed one is found by the redirect alone."""
    kept = pl.concat([_without(claims, "child_id", gone), born])
    is_gone = pl.col("parent_id").is_in(gone.implode())
    is_moved = pl.col("parent_id").is_in(moves["model_id"].implode())
    outcome = pl.when(is_gone).then(pl.lit("placeholder")).when(is_moved).then(pl.lit("renamed")).otherwise("resolution")
    return kept.with_columns(
        outcome.alias("resolution"),
        (pl.col("needs_hub_answer") | is_moved.fill_null(False)).alias("needs_hub_answer"),
    ).with_columns(_moved("parent_id", moves), _moved("child_id", moves))


def _growth(growth: pl.DataFrame, edges: pl.DataFrame, moves: pl.DataFrame) -> pl.DataFrame:
    direct = edges.filter(pl.col("is_primary").fill_null(False)).group_by("parent_id").agg(pl.len().cast(pl.Int64).alias("n"))
    renamed = growth.with_columns(_moved("root_id", moves))
    counted = renamed.join(direct, left_on="root_id", right_on="parent_id", how="left", maintain_order="left")
    return counted.with_columns(pl.col("n").fill_null(0).alias("n_direct_children")).drop("n")


def _cards(truth: pl.DataFrame, born: pl.DataFrame, cards: pl.DataFrame, gone: pl.Series, moves: pl.DataFrame) -> pl.DataFrame:
    kept = pl.concat([_without(truth, "model_id", gone), born]).with_columns(_moved("model_id", moves))
    lengths = cards.join(kept.select("model_id"), on="model_id", how="semi").select(
        "model_id", n=pl.col("content").cast(pl.String).str.len_chars().cast(pl.Int64)
    )
    counted = kept.join(lengths, on="model_id", how="left", maintain_order="left")
    return counted.with_columns(pl.col("n").alias("n_chars")).drop("n")
