"""Where the sources of one model's parents disagree: kept as claims, reported here, one row a model."""

from __future__ import annotations

import polars as pl


def find_disagreements(parent_claims: pl.DataFrame) -> pl.DataFrame:
    """Return ``claim_disagreements``: models whose sources name different parents or relations.

    A source that names no parent does not disagree; claims that name their own model or none are left out.

    Args:
        parent_claims: as `resolving.resolve_claims` returns them.

    Returns:
        child_id, disagreement, evidence_sources, parents_agreed, parents_disputed, relations_disputed; sorted by child_id.
    """
    claims = parent_claims.filter(~pl.col("resolution").is_in(["self", "rejected"]))
    several = _of_several_statements(claims)
    relations = _relations(several)
    disputed = pl.concat([_not_of_one_mind(several), relations.select("child_id")])
    found = (
        _parents(several.join(disputed, on="child_id", how="semi"))
        .join(relations, on="child_id", how="left")
        .with_columns(pl.col("relations_disputed").fill_null([]))
        .with_columns(disagreement=_disagreement())
    )
    columns = ("child_id", "disagreement", "evidence_sources", "parents_agreed", "parents_disputed", "relations_disputed")
    return found.select(columns).sort("child_id")


def _of_several_statements(claims: pl.DataFrame) -> pl.DataFrame:
    """Keep the models with more than one claim: the others, most of a hub, can't disagree."""
    return claims.filter(pl.col("child_id").is_duplicated()).select("child_id", "parent_id", "evidence", "relation")


def _not_of_one_mind(claims: pl.DataFrame) -> pl.DataFrame:
    """Return the models of which not every source names every parent: only theirs are listed, as most models agree."""
    named = claims.select("child_id", "parent_id", "evidence").unique().group_by("child_id")
    counted = named.agg(pl.len(), n_parents=pl.col("parent_id").n_unique(), n_sources=pl.col("evidence").n_unique())
    return counted.filter(pl.col("len") != pl.col("n_parents") * pl.col("n_sources")).select("child_id")


def _parents(claims: pl.DataFrame) -> pl.DataFrame:
    """Return per model its sources, and the parents that all or only some of them name."""
    named = claims.select("child_id", "parent_id", "evidence").unique()
    named = named.with_columns(n_sources=pl.col("evidence").n_unique().over("child_id"))
    counted = named.group_by("child_id", "parent_id").agg(
        is_agreed=pl.len() == pl.col("n_sources").first(), evidence=pl.col("evidence")
    )
    return counted.group_by("child_id").agg(
        evidence_sources=pl.col("evidence").explode().unique().sort(),
        parents_agreed=pl.col("parent_id").filter("is_agreed").sort(),
        parents_disputed=pl.col("parent_id").filter(~pl.col("is_agreed")).sort(),
    )


def _relations(claims: pl.DataFrame) -> pl.DataFrame:
    """Return per model the relations given to a parent that was given several."""
    given = claims.drop_nulls("relation").select("child_id", "parent_id", "relation").unique()
    disputed = given.filter(pl.len().over("child_id", "parent_id") > 1)
    return disputed.group_by("child_id").agg(relations_disputed=pl.col("relation").unique().sort())


def _disagreement() -> pl.Expr:
    on_parents = pl.col("parents_disputed").list.len() > 0
    on_relations = pl.col("relations_disputed").list.len() > 0
    return (
        pl.when(on_parents & on_relations)
        .then(pl.lit("both"))
        .when(on_parents)
        .then(pl.lit("parents"))
        .when(on_relations)
        .then(pl.lit("relations"))
    )
