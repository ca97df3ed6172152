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

EVALUATIONS: Final[dict[str, pl.DataType]] = {
    **_SOURCE,
    "series": pl.String(),
    "model_ref": pl.String(),
    "model_revision": pl.String(),
    "step": pl.Int64(),
    **_SCALE,
    "harness": pl.String(),
    "benchmark": pl.String(),
    "split": pl.String(),
    "n_shots": pl.Int64(),
    "prompt_format": pl.String(),
    "weight_precision": pl.String(),
    "metric": pl.String(),
    "metric_kind": pl.String(),
    "is_higher_better": pl.Boolean(),
    "value": pl.Float64(),
    "stderr": pl.Float64(),
    "n_items": pl.Int64(),
    "model_type": pl.String(),
    "base_model_ref": pl.String(),
    "evaluated_on": pl.String(),
    **_TOLD,
}
"""Kind ``evaluations``: one row a score of a model on a benchmark under one protocol. `value` is as the source has it, but
percentages of known columns are shares; `stderr` only where the source gives it."""
