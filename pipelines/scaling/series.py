"""What there is to fit: one row a series, with its counts and ranges."""

from __future__ import annotations

import polars as pl

_KEY = ["source_name", "series"]


def describe_series(screened: pl.DataFrame) -> pl.DataFrame:
    """Return one row a source and series, in their order.

    Args:
        screened: losses as `screen` returns them, set aside or not.

    Returns:
        n_observations, n_runs, n_eval_sets, n_sizes and n_token_counts (different values) of the losses kept, the ranges of
        N, D and loss, whether checkpoints are among them, n_set_aside, and the columns that are broken.
    """
    kept = pl.col("reason").is_null()

    def of_kept(name: str) -> pl.Expr:
        return pl.col(name).filter(kept)

    def ends(name: str, short: str) -> list[pl.Expr]:
        return [of_kept(name).min().alias(f"{short}_smallest"), of_kept(name).max().alias(f"{short}_largest")]

    return (
        screened.group_by(_KEY)
        .agg(
            kept.sum().alias("n_observations"),
            of_kept("run_id").drop_nulls().n_unique().alias("n_runs"),
            of_kept("eval_set").n_unique().alias("n_eval_sets"),
            of_kept("parameter_count").drop_nulls().n_unique().alias("n_sizes"),
            of_kept("token_count").drop_nulls().n_unique().alias("n_token_counts"),
            *ends("parameter_count", "parameters"),
            *ends("token_count", "tokens"),
            *ends("loss", "loss"),
            (~of_kept("is_final")).any().alias("has_checkpoints"),
            (~kept).sum().alias("n_set_aside"),
            pl.col("broken_columns").explode(empty_as_null=True).drop_nulls().unique().sort().alias("broken_columns"),
        )
        .sort(_KEY)
    )


def in_short(series: pl.DataFrame) -> pl.DataFrame:
    """Return the series as a narrow table of texts for people, one row a series."""
    return series.select(
        "source_name",
        "series",
        losses="n_observations",
        runs="n_runs",
        eval_sets="n_eval_sets",
        parameters=_range("parameters"),
        tokens=_range("tokens"),
        nats=pl.format("{} to {}", *(pl.col(f"loss_{end}").round(2) for end in ("smallest", "largest"))),
        set_aside="n_set_aside",
        broken=pl.col("broken_columns").list.join(", "),
    )


def _range(name: str) -> pl.Expr:
    """Write a range as ``57M to 16B``."""
    ends = [_rounded(pl.col(f"{name}_{end}")) for end in ("smallest", "largest")]
    return pl.when(pl.col(f"{name}_smallest").is_not_null()).then(pl.format("{} to {}", *ends))


def _rounded(value: pl.Expr) -> pl.Expr:
    written = pl.lit("0")
    for letter, factor in (("", 1.0), ("K", 1e3), ("M", 1e6), ("B", 1e9), ("T", 1e12)):
        figure = pl.format("{}" + letter, (value / factor).round_sig_figs(3))
        written = pl.when(value >= factor).then(figure.str.replace(r"\.0($|[KMBT])", "$1")).otherwise(written)
    return written
