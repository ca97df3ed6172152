"""Reasons to doubt a verdict, each by name and with the factor that it takes off the confidence."""

from __future__ import annotations

from datetime import timedelta
from math import prod
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
    factors = dict(tables.doubts.select("doubt", "factor").iter_rows())
    names = sorted(factors)
    flags = {doubt: _FLAGS.get(doubt, pl.col(doubt)).fill_null(False) for doubt in names}
    mask = pl.sum_horizontal(flag.cast(pl.Int64) * (1 << place) for place, (_, flag) in enumerate(flags.items()))
    masked = judged.with_columns(mask=mask)
    # A few hundred combinations occur: the lists are made once for each.
    combinations = masked["mask"].unique().sort().to_list()
    held = [[doubt for place, doubt in enumerate(names) if each >> place & 1] for each in combinations]
    told = pl.DataFrame(
        {
            "mask": pl.Series(combinations, dtype=pl.Int64),
            "doubts": pl.Series(held, dtype=pl.List(pl.String)),
            "trust": pl.Series([round(prod(factors[doubt] for doubt in doubts), 6) for doubts in held], dtype=pl.Float64),
        }
    )
    confidence = (pl.col("rule_confidence") * pl.col("trust")).round(3)
    return masked.join(told, on="mask").with_columns(confidence=confidence)


_IS_FLAGGED: Final = pl.col("verdict") != "compatible"
_WRITTEN: Final = pl.coalesce("child_modified_at", "child_created_at")
_KNOWN: Final = pl.col("hub_since").cast(pl.Datetime("us")) + LIST_MARGIN
_FLAGS: Final = {
    "alias_resolved": pl.col("source_is_alias") | pl.col("child_is_alias"),
    "ambiguous_family_id": pl.col("source_is_family") | pl.col("child_is_family"),
    "ancestor_without_license": pl.col("is_below_unstated"),
    "child_without_weights": _IS_FLAGGED & ~pl.col("child_has_weights"),
    "license_name_disagrees": pl.col("source_is_contradicted") | pl.col("child_is_contradicted"),
    "license_id_not_yet_listed": _IS_FLAGGED & (_WRITTEN < _KNOWN),
    "maybe_no_derivative": _IS_FLAGGED & (pl.col("reach") != "finetune") & (pl.col("obligation") != "no_derivatives"),
    "on_cycle": pl.col("is_cut"),
    "same_owner": _IS_FLAGGED & (pl.col("child_owner") == pl.col("source_owner")),
}
"""When a doubt holds; the others are columns already."""


def name_disagrees(tables: CodeTables) -> pl.Expr:
    """Tell of a model (model_id, license_ids) that its name speaks of a licence family of which it declares no licence."""
    patterns = tables.terms.filter(pl.col("name_pattern").is_not_null()).group_by("name_pattern").agg("license_id")
    name = pl.col("model_id").str.split("/").list.last().str.to_lowercase()
    says_another = [
        name.str.contains(pattern.replace("(?![0-9])", "([^0-9]|$)"))
        & ~pl.col("license_ids").list.eval(pl.element().is_in(ids)).list.any()
        for pattern, ids in patterns.sort("name_pattern").iter_rows()
    ]
    return pl.any_horizontal(says_another)
