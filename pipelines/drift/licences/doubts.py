"""Reasons to doubt a verdict, each by name and with the factor that it takes off the confidence."""

from __future__ import annotations

from datetime import timedelta
from typing import Final

import polars as pl

from pipelines.drift.licences.rulebook import CodeTables

LIST_MARGIN: Final = timedelta(days=14)
"""The Hub may have taken an id some days before or after it was documented, and authors learn of it later still."""


def with_confidence(judged: pl.DataFrame, tables: CodeTables) -> pl.DataFrame:
    """Add doubts (names, sorted), trust (what they leave, 0 to 1) and confidence (of the rule times trust).

    Args:
        judged: one row a duty with the facts of both ends and the flags of its path.
        tables: the code tables.
    """
    flags = _flags(tables)
    factors = dict(tables.doubts.select("doubt", "factor").iter_rows())
    told = judged.with_columns(**{doubt: flag.fill_null(False) for doubt, flag in flags.items()})
    names = sorted(factors)
    trust = pl.lit(1.0)
    for doubt in names:
        trust = trust * pl.when(doubt).then(factors[doubt]).otherwise(1.0)
    doubts = pl.concat_list(pl.when(doubt).then(pl.lit(doubt)) for doubt in names).list.drop_nulls()
    confidence = (pl.col("rule_confidence") * pl.col("trust")).round(3)
    return told.with_columns(doubts=doubts, trust=trust.round(6)).with_columns(confidence=confidence)


def _flags(tables: CodeTables) -> dict[str, pl.Expr]:
    """Return when each doubt holds; those of the path are columns already."""
    is_flagged = pl.col("verdict") != "compatible"
    families = tables.licenses.filter(license_class="family_unversioned")["license_id"].to_list()
    of_family = pl.col("source_license_id").is_in(families) | pl.col("child_license_ids").list.eval(
        pl.element().is_in(families)
    ).list.any()  # fmt: skip
    owner = pl.col("child_id").str.extract(r"^([^/]+)/").str.to_lowercase()
    written = pl.coalesce("child_modified_at", "child_created_at")
    return {
        "alias_resolved": pl.col("source_is_alias") | pl.col("child_is_alias"),
        "ambiguous_family_id": of_family,
        "ancestor_without_license": pl.col("is_below_unstated"),
        "child_license_by_generator": pl.col("child_license_by_generator"),
        "license_id_not_yet_listed": is_flagged & (written < pl.col("hub_since").cast(pl.Datetime("us")) + LIST_MARGIN),
        "maybe_no_derivative": is_flagged & (pl.col("reach") != "finetune") & (pl.col("obligation") != "no_derivatives"),
        "on_cycle": pl.col("is_cut"),
        "same_owner": is_flagged & (owner == pl.col("source_id").str.extract(r"^([^/]+)/").str.to_lowercase()),
        "several_licenses": pl.col("child_license_ids").list.len() > 1,
        "source_name_disagrees": _name_disagrees(tables),
        "source_removed": pl.col("source_removed"),
        "upstream_several_licenses": pl.col("source_license_ids").list.len() > 1,
    }


def _name_disagrees(tables: CodeTables) -> pl.Expr:
    """Tell that the source's name speaks of a licence family of which it declares no licence."""
    patterns = tables.terms.filter(pl.col("name_pattern").is_not_null()).group_by("name_pattern").agg("license_id")
    name = pl.col("source_id").str.split("/").list.last().str.to_lowercase()
    says_another = [
        name.str.contains(pattern.replace("(?![0-9])", "([^0-9]|$)"))
        & ~pl.col("source_license_ids").list.eval(pl.element().is_in(ids)).list.any()
        for pattern, ids in patterns.sort("name_pattern").iter_rows()
    ]
    return pl.any_horizontal(says_another)
