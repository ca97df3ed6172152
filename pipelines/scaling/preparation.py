"""Losses made ready to fit, in Polars expressions over all series at once: which checkpoints count, which models are held out.

The rules are those of the Hitchhiker's Guide (Choshen, Zhang and Andreas 2024, "A Hitchhiker's Guide to Scaling Law
Estimation", section 4): drop the first tenth of a run or its first 10B tokens; aim at the largest model's last 30 % of
tokens. Its early cut helps some families and hurts those of three sizes, so nothing is cut unless asked.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Final, Literal

import numpy as np
import polars as pl

from pipelines.scaling.arrays import Flags, Floats, Ints
from pipelines.scaling.laws.law import Columns

GROUP: Final = ("source_name", "series", "eval_set")
"""What one law may describe: losses of one source and series on one text."""
TARGET_SHARE: Final = 0.3
"""Last share of the largest model's tokens that a forecast is scored on."""
EARLY_SHARE: Final = 0.1
EARLY_TOKENS: Final = 1e10
PUBLISHED_CUTS: Final[dict[str, tuple[int, str]]] = {
    "chinchilla": (5, "Besiroglu et al. 2024 leave out the 5 highest losses of the figure"),
}
"""Cuts that the published answer for a source's series belongs to: the number of highest losses left out, and who says so."""
_FLOP: Final = 6.0
_NUMBERS: Final = ("parameter_count", "token_count", "unique_token_count", "compute_flop", "width", "depth", "training_seconds")

Checkpoints = Literal["all", "final"]


@dataclass(frozen=True)
class Cut:
    """Which observations are left out before fitting."""

    checkpoints: Checkpoints = "all"
    early_share: float = 0.0
    """Share of a run's tokens at its beginning."""
    early_tokens: float = 0.0
    """Tokens at a run's beginning."""
    drop_highest: int | None = None
    """The so many highest losses of a series; None is the published cut of the source, where there is one."""
    largest_parameters: float = np.inf
    """Larger models are left out."""
    at_most: int | None = None
    """Keep every second, third … checkpoint of each run, so that a series has about so many losses; neighbours say the same."""

    @property
    def words(self) -> str:
        """The rule in words."""
        parts = [
            *(["last checkpoints alone"] if self.checkpoints == "final" else []),
            *([f"first {self.early_share:.0%} of each run out"] if self.early_share else []),
            *([f"first {self.early_tokens:.3g} tokens of each run out"] if self.early_tokens else []),
            *([f"{self.drop_highest} highest losses out"] if self.drop_highest else []),
            *([f"checkpoints thinned to about {self.at_most} losses"] if self.at_most else []),
            *([f"models above {self.largest_parameters:.3g} out"] if np.isfinite(self.largest_parameters) else []),
        ]
        return ", ".join(parts) or "none"


@dataclass(frozen=True)
class Observations:
    """One group's losses as arrays, in the order of runs and tokens."""

    name: str
    columns: Columns
    loss: Floats
    run: Ints
    """Label of the run; models of one size and no run name are one run each row."""
    size: Ints
    """Label of the size, ln N to two digits."""
    is_late: Flags
    """The last 30 % of a run's tokens."""
    is_misfit: Flags
    """Told compute is outside 0.3 to 3 times 6ND, falls within the run, or was set aside as broken when it was imported."""
    has_checkpoints: bool
    texts: dict[str, list[str]] = field(default_factory=dict)
    """Different values of tokenizer, log_base, schedule and parameter_definition."""

    @property
    def n(self) -> int:
        """Observations."""
        return len(self.loss)


def prepare(losses: pl.DataFrame, cut: Cut | None = None) -> pl.DataFrame:
    """Return the losses that a cut keeps, with ``compute_flop`` where it was missing, sorted by group, run and tokens.

    ``is_late`` marks the last 30 % of a run's tokens, its last checkpoint in any case: what a forecast is scored on.

    Args:
        losses: observations in nats; columns that are missing count as unknown.
        cut: which are left out.
    """
    cut = cut or Cut()
    whole = complete(losses)
    run = [*GROUP, "run_id", "parameter_count"]
    last = pl.col("token_count").max().over(run)
    n_dropped = _n_dropped(cut)
    kept = whole.filter(
        pl.col("is_final") if cut.checkpoints == "final" else pl.lit(True),
        (pl.col("token_count").is_null() | (last == pl.col("token_count").min().over(run)))
        | ((pl.col("token_count") > cut.early_share * last) & (pl.col("token_count") > cut.early_tokens)),
        pl.col("parameter_count").is_null() | (pl.col("parameter_count") <= cut.largest_parameters),
        pl.col("loss").rank("ordinal", descending=True).over(GROUP) > n_dropped,
    )
    if cut.at_most:
        place = pl.col("token_count").rank("ordinal", descending=True).over(run) - 1
        every = (pl.len().over(GROUP) / cut.at_most).ceil().cast(pl.Int64)
        kept = kept.filter((place % every == 0).fill_null(True))
    kept = kept.with_columns(is_late=_is_late(run))
    return kept.sort(*GROUP, "run_id", "parameter_count", "token_count", "loss", nulls_last=True)


def complete(losses: pl.DataFrame) -> pl.DataFrame:
    """Return the losses with every column that fits read: unknown numbers null, compute 6ND where it is not told."""
    texts = {"source_name": "file", "series": "all", "eval_set": "unnamed"}
    missing = [pl.lit(value).alias(name) for name, value in texts.items() if name not in losses.columns]
    numbers = [pl.lit(None, pl.Float64).alias(name) for name in _NUMBERS if name not in losses.columns]
    others = [
        pl.lit(None, pl.String).alias(name)
        for name in ("run_id", "tokenizer", "log_base", "schedule", "parameter_definition")
        if name not in losses.columns
    ]
    final = [] if "is_final" in losses.columns else [pl.lit(True).alias("is_final")]
    broken = [] if "broken_columns" in losses.columns else [pl.lit([], pl.List(pl.String)).alias("broken_columns")]
    whole = losses.with_columns(*missing, *numbers, *others, *final, *broken).with_columns(pl.col(_NUMBERS).cast(pl.Float64))
    n, d, told = pl.col("parameter_count"), pl.col("token_count"), pl.col("compute_flop")
    ratio = told / (_FLOP * n * d)
    run = [*GROUP, "run_id", "parameter_count"]
    is_off = (~ratio.is_between(0.3, 3.0)).fill_null(False) | pl.col("broken_columns").list.contains("compute_flop")
    falls = (told.diff() < 0).over(run, order_by="token_count") & pl.col("run_id").is_not_null()
    return whole.with_columns(is_misfit=is_off | falls.fill_null(False)).with_columns(
        compute_flop=pl.coalesce(told, _FLOP * n * d),
        run_id=pl.coalesce("run_id", pl.format("row {}", pl.int_range(pl.len()))),
    )


def as_arrays(prepared: pl.DataFrame, inputs: tuple[str, ...]) -> Observations:
    """Return one group's rows as arrays; rows that lack an input of the law, or hold none above zero, are left out.

    Args:
        prepared: rows of one group, as `prepare` sorts them.
        inputs: the columns a law reads, derived ones too (`over_training`).
    """
    wide = prepared.with_columns(_derived(inputs)).filter(
        *(pl.col(name) > 0 for name in inputs), pl.col("loss") > 0, pl.col("loss").is_finite()
    )
    held = dict.fromkeys([*inputs, *_NUMBERS])
    columns = {name: wide[name].to_numpy().astype(np.float64) for name in held if name in wide.columns}
    run = wide.select(pl.struct("run_id", "parameter_count").rank("dense")).to_series().to_numpy().astype(np.int64)
    sizes = np.round(np.log(np.nan_to_num(columns["parameter_count"], nan=1.0)), 2)
    texts = {
        name: wide[name].drop_nulls().unique().sort().to_list()
        for name in ("tokenizer", "log_base", "schedule", "parameter_definition")
    }
    return Observations(
        name=group_name(wide),
        columns=columns,
        loss=wide["loss"].to_numpy().astype(np.float64),
        run=run,
        size=np.unique(sizes, return_inverse=True)[1].astype(np.int64),
        has_checkpoints=bool(len(run)) and len(np.unique(run)) < len(run),
        texts=texts,
        is_late=wide["is_late"].to_numpy(),
        is_misfit=wide["is_misfit"].to_numpy(),
    )


def group_name(rows: pl.DataFrame) -> str:
    """Return the name that people give a group: its series, and its evaluation set where that has a name."""
    if rows.is_empty():
        return ""
    series, text = rows["series"][0], rows["eval_set"][0]
    return f"{series} on {text}" if text and text != "unnamed" else str(series)


def _is_late(run: list[str]) -> pl.Expr:
    tokens = pl.col("token_count")
    last = tokens.max().over(run)
    return tokens.is_null() | (tokens > (1 - TARGET_SHARE) * last) | (tokens == last)


def _n_dropped(cut: Cut) -> pl.Expr:
    if cut.drop_highest is not None:
        return pl.lit(cut.drop_highest)
    published = {name: n for name, (n, _) in PUBLISHED_CUTS.items()}
    return pl.col("series").replace_strict(published, default=0, return_dtype=pl.Int64)


def _derived(inputs: tuple[str, ...]) -> list[pl.Expr]:
    ratio = pl.col("token_count") / pl.col("parameter_count")
    known = {
        "compute_over_multiplier": pl.col("compute_flop") / ratio,
        "compute_times_multiplier": pl.col("compute_flop") * ratio,
    }
    return [expression.alias(name) for name, expression in known.items() if name in inputs]
