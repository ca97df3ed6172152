"""Which landed losses can be true: rows that can't are set aside with a reason, columns that can't are emptied and named.

The rules stand here once, for the import's report and for the build. A row is set aside by the first rule that it breaks. A
column of a source is broken when most of its runs contradict it; then no row is blamed, and no number of it is fitted.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import polars as pl

COMPUTE_RANGE: Final = (0.3, 3.0)
"""Training costs about 6 N D FLOP (Kaplan et al. 2020, section 2.1); compute outside this range of it has another unit."""
EPOCH_RANGE: Final = (0.5, 2.0)
"""Tokens seen at the end of a run, over epochs times unique tokens; outside, one of the three columns is wrong."""
LARGEST_LOSS: Final = 30.0
"""No tokenizer has e^30 tokens: a larger loss in nats is a perplexity, or a sum over tokens."""
TOO_LARGE_SHARE: Final = 0.05
"""Share of a series' losses above `LARGEST_LOSS` from which none is believed: they share a unit."""
JUMP: Final = (1.3, 1.5)
"""A loss above the lowest of its run so far by about 1/ln 2 = 1.4427, or a little less as training goes on, is one in bits
among losses in nats. None of the 88,000 losses of the public releases lies there; one of a run that diverges may."""
BROKEN_SHARE: Final = 0.5
"""Share of a source's rows or runs that contradict a column above which the column is at fault, not the rows."""

SOURCE: Final = ["source_name", "source_file"]
_SET: Final = [*SOURCE, "series", "eval_set"]
_RUN: Final = [*_SET, "run_id"]
_POSITIVE: Final = ("parameter_count", "non_embedding_parameter_count", "unique_token_count", "epochs", "width", "depth")
_NOT_NEGATIVE: Final = ("token_count", "compute_flop", "step")


@dataclass(frozen=True)
class BrokenColumn:
    """A column of one source file that its own rows contradict."""

    source_name: str
    source_file: str
    column: str
    words: str
    """What contradicts it, with numbers."""


def broken_columns(losses: pl.DataFrame) -> list[BrokenColumn]:
    """Return the columns of each source file that most of its runs contradict, in the order of files and columns.

    Args:
        losses: rows of landing kind ``losses``, of one or several source files, each of them whole.
    """
    return [*_broken_compute(losses), *_broken_unique(losses)]


def screen(losses: pl.DataFrame, broken: list[BrokenColumn]) -> pl.DataFrame:
    """Return the rows in their order with ``reason`` and ``field`` (null where the row is kept) and ``broken_columns``.

    Values of broken columns are null. ``is_final`` is filled where the source does not say:
    the most tokens (else steps) of its run, and what belongs to no run.
    """
    emptied = _empty(losses, broken)
    reasons = _reasons()
    judged = emptied.with_columns(
        reason=pl.coalesce(pl.when(breaks).then(pl.lit(words)) for _, breaks, words in reasons),
        field=pl.coalesce(pl.when(breaks).then(pl.lit(field)) for field, breaks, _ in reasons),
    )
    progress = pl.coalesce("token_count", "step")
    is_earlier = pl.col("run_id").is_not_null() & (progress < progress.max().over(_RUN))
    return judged.with_columns(is_final=pl.coalesce("is_final", ~is_earlier, pl.lit(True)))


def _compute_ratio() -> pl.Expr:
    n, d = (pl.when(pl.col(name) > 0).then(pl.col(name)) for name in ("parameter_count", "token_count"))
    return pl.col("compute_flop") / (6 * n * d)


def _is_outside(value: pl.Expr, low: float, high: float) -> pl.Expr:
    """Tell where a number is outside; null, where there is none, is not."""
    return (~value.is_between(low, high)).fill_null(False)


def _broken_compute(losses: pl.DataFrame) -> list[BrokenColumn]:
    has = losses.filter(pl.col("compute_flop").is_finite())
    if has.is_empty():
        return []
    ratio = _compute_ratio()
    falls = (pl.col("compute_flop") < pl.col("compute_flop").shift()).mean() > BROKEN_SHARE
    rows = has.group_by(SOURCE).agg(
        n_off=_is_outside(ratio, *COMPUTE_RANGE).sum(), n=ratio.is_not_null().sum(), largest=ratio.max()
    )
    in_runs = has.filter(pl.col("run_id").is_not_null()).sort("token_count", nulls_last=True)
    runs = in_runs.group_by(_RUN).agg(falls=falls, n=pl.len()).filter(pl.col("n") > 1)
    by_source = runs.group_by(SOURCE).agg(n_runs=pl.len(), n_falling=pl.col("falls").sum())
    return [
        BrokenColumn(
            row["source_name"],
            row["source_file"],
            "compute_flop",
            f"compute is outside {COMPUTE_RANGE[0]}-{COMPUTE_RANGE[1]:g} of 6ND in {row['n_off']:,} of {row['n']:,} rows"
            f" and falls as tokens grow in {row['n_falling'] or 0:,} of {row['n_runs'] or 0:,} runs",
        )
        for row in rows.join(by_source, on=SOURCE, how="left").sort(SOURCE).iter_rows(named=True)
        if _is_most(row["n_off"], row["n"]) or _is_most(row["n_falling"] or 0, row["n_runs"] or 0)
    ]


def _broken_unique(losses: pl.DataFrame) -> list[BrokenColumn]:
    known = losses.filter(pl.col("epochs").is_finite(), pl.col("unique_token_count") > 0, pl.col("token_count") > 0)
    if known.is_empty():
        return []
    ends = known.group_by([*_RUN, "parameter_count", "epochs", "unique_token_count"]).agg(tokens=pl.col("token_count").max())
    ratio = pl.col("tokens") / (pl.col("epochs") * pl.col("unique_token_count"))
    files = ends.group_by(SOURCE).agg(
        n_off=_is_outside(ratio, *EPOCH_RANGE).sum(),
        n=pl.len(),
        n_values=pl.col("unique_token_count").n_unique(),
        value=pl.col("unique_token_count").first(),
    )
    return [
        BrokenColumn(
            row["source_name"],
            row["source_file"],
            "unique_token_count",
            f"tokens are not epochs times unique tokens in {row['n_off']:,} of {row['n']:,} runs"
            + (f"; it is {row['value']:g} everywhere" if row["n_values"] == 1 else ""),
        )
        for row in files.sort(SOURCE).iter_rows(named=True)
        if _is_most(row["n_off"], row["n"])
    ]


def _is_most(part: int, whole: int) -> bool:
    return whole > 0 and part > BROKEN_SHARE * whole


def _empty(losses: pl.DataFrame, broken: list[BrokenColumn]) -> pl.DataFrame:
    for column in sorted({fault.column for fault in broken}):
        files = pl.DataFrame(
            [(fault.source_name, fault.source_file) for fault in broken if fault.column == column],
            schema=dict.fromkeys(SOURCE, pl.String),
            orient="row",
        ).with_columns(pl.lit(column).alias(f"broken_{column}"))
        losses = losses.join(files, on=SOURCE, how="left", maintain_order="left").with_columns(
            pl.when(pl.col(f"broken_{column}").is_null()).then(pl.col(column)).alias(column)
        )
    marks = [name for name in losses.columns if name.startswith("broken_")]
    named = pl.concat_list(marks).list.drop_nulls() if marks else pl.lit([], dtype=pl.List(pl.String))
    return losses.with_columns(named.alias("broken_columns")).drop(marks)


def _reasons() -> list[tuple[str, pl.Expr, str]]:
    """Return the rules in order: field, the condition that breaks it, and the words."""
    loss = pl.col("loss")
    compute, tokens = pl.col("compute_flop"), pl.col("token_count")
    in_run = pl.col("run_id").is_not_null()

    def while_tokens_grow(change: pl.Expr) -> pl.Expr:
        return in_run & change.over(_RUN, order_by="token_count").fill_null(False)

    placed = pl.when(pl.col("step").is_not_null()).then(tokens)
    lowest = pl.when(tokens.is_not_null(), loss > 0).then(loss).cum_min().shift()
    before = pl.when(~_is_outside(_compute_ratio(), *COMPUTE_RANGE)).then(compute).shift().forward_fill()
    are_too_large = (loss.is_finite() & (loss > LARGEST_LOSS)).fill_null(False).mean().over(_SET) > TOO_LARGE_SHARE
    common = pl.col("tokenizer").drop_nulls().mode().sort().first().over(_SET)
    return [
        ("loss", loss.is_null() | ~loss.is_finite(), "loss is no finite number"),
        ("loss", loss <= 0, "loss is not positive"),
        ("loss", loss > LARGEST_LOSS, "loss is too large for nats per token: a perplexity or a sum?"),
        ("loss", are_too_large, "its series has losses too large for nats per token: perplexities or sums?"),
        *((name, ~(pl.col(name) > 0).fill_null(True) | _is_nan(name), f"{name} is not positive") for name in _POSITIVE),
        *((name, ~(pl.col(name) >= 0).fill_null(True) | _is_nan(name), f"{name} is negative") for name in _NOT_NEGATIVE),
        ("compute_flop", _is_outside(_compute_ratio(), *COMPUTE_RANGE), "compute is not within 0.3-3 of 6ND"),
        (
            "token_count",
            in_run & (tokens < placed.cum_max().over(_RUN, order_by="step")).fill_null(False) & pl.col("step").is_not_null(),
            "tokens fall while steps grow in a run",
        ),
        (
            "compute_flop",
            while_tokens_grow(compute < before),
            "compute falls while tokens grow",
        ),
        ("tokenizer", (pl.col("tokenizer") != common).fill_null(False), "another tokenizer than the rest of its series"),
        (
            "loss",
            while_tokens_grow((loss / lowest).is_between(*JUMP) & tokens.is_not_null()),
            "loss rises by about 1/ln 2 in its run: bits among nats?",
        ),
    ]


def _is_nan(name: str) -> pl.Expr:
    return pl.col(name).cast(pl.Float64).is_nan().fill_null(False)
