"""The columns of landing kinds that hold measurements of models: training losses and evaluation scores."""

from __future__ import annotations

from typing import Final

import polars as pl

_SOURCE: Final[dict[str, pl.DataType]] = {
    "source_name": pl.String(),
    "source_file": pl.String(),
    "source_row": pl.Int64(),
}
_SCALE: Final[dict[str, pl.DataType]] = {
    "parameter_count": pl.Float64(),
    "token_count": pl.Float64(),
    "compute_flop": pl.Float64(),
}
_TOLD: Final[dict[str, pl.DataType]] = {
    "source_license": pl.String(),
    "source_citation": pl.String(),
    "source_url": pl.String(),
    "extra": pl.String(),
    "misfits": pl.String(),
    "observed_at": pl.Datetime("us"),
}

LOSSES: Final[dict[str, pl.DataType]] = {
    **_SOURCE,
    "series": pl.String(),
    "run_id": pl.String(),
    "model_ref": pl.String(),
    **_SCALE,
    "non_embedding_parameter_count": pl.Float64(),
    "parameter_definition": pl.String(),
    "unique_token_count": pl.Float64(),
    "epochs": pl.Float64(),
    "width": pl.Int64(),
    "depth": pl.Int64(),
    "step": pl.Int64(),
    "seed": pl.Int64(),
    "schedule": pl.String(),
    "eval_set": pl.String(),
    "tokenizer": pl.String(),
    "loss": pl.Float64(),
    "published_loss": pl.Float64(),
    "log_base": pl.String(),
    "is_final": pl.Boolean(),
    **_TOLD,
}
"""Kind ``losses``: one row a loss. `loss` is in nats; `published_loss` is the source's number, `log_base` says of which
unit. Counts are numbers that need not be whole: those read off a figure are not. `misfits` holds, under the source's own
column names, texts that are no numbers."""
