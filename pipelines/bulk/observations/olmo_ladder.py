"""The OLMo ladder: validation losses by step of four model sizes at several data multipliers, and of two targets."""

from __future__ import annotations

from typing import Final

import polars as pl

from pipelines.bulk.observations.form import need
from pipelines.bulk.observations.tables import ROW, number
from pipelines.bulk.observations.wide import long, loss_columns

PARAMETERS: Final = {
    "190M": 190_354_176,
    "370M": 371_262_464,
    "760M": 758_220_288,
    "1B": 1_279_395_840,
    "peteish7": 6_887_575_552,
    "peteish13": 13_202_396_160,
}
"""First word of a run's name -> N, from the ladder's own configuration (src/scripts/paper/configs/final.json)."""
NOMINAL: Final = {"3B": 3_169_700_000}
"""Sizes the configuration does not name: N = D / 20 of the run called 1xC, as 1xC is 20 tokens a parameter elsewhere."""
_RUN, _TOKENS, _BATCH = "run", "throughput/total_tokens", "batch_size_in_tokens"


def read(table: pl.DataFrame, file: str) -> pl.DataFrame | None:
    """Return one row a step and evaluation set; None for files without the ladder's runs, and for its last-five scores."""
    if _RUN not in table.columns or "_step" not in table.columns or _is_last_five(table):
        return None
    need(table, file, _TOKENS, _BATCH)
    known, definition = parameters()
    described = table.select(
        ROW,
        pl.lit("olmo-ladder").alias("series"),
        pl.col(_RUN).alias("run_id"),
        known.alias("parameter_count"),
        definition.alias("parameter_definition"),
        tokens().alias("token_count"),
        number("_step").alias("step"),
        pl.when(~pl.col(_RUN).str.starts_with("peteish")).then(pl.lit("cosine")).alias("schedule"),
        pl.lit("olmo2").alias("tokenizer"),
    )
    return long(table, described, loss_columns(table.columns, prefix="eval/"))


def parameters() -> tuple[pl.Expr, pl.Expr]:
    """Return N of a run and what it counts."""
    label = pl.col(_RUN).str.extract(r"^([^-_]+)")
    known = label.replace_strict(PARAMETERS | NOMINAL, default=None, return_dtype=pl.Float64)
    return known, pl.when(label.is_in(list(NOMINAL))).then(pl.lit("nominal")).otherwise(pl.lit("unknown"))


def tokens() -> pl.Expr:
    """Return the tokens of a step: as logged, else steps times batch."""
    return pl.coalesce(number(_TOKENS), number("_step") * number(_BATCH))


def _is_last_five(table: pl.DataFrame) -> bool:
    """Tell the file of the last five evaluations, whose losses stand in the file by step as well."""
    return any(name.startswith("eval/downstream") for name in table.columns)
