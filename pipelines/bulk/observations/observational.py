"""Scores of public base models beside their training compute, as Observational Scaling Laws collected them."""

from __future__ import annotations

from pathlib import PurePath
from typing import Final

import polars as pl

from pipelines.bulk.observations.scores import Score, long_scores
from pipelines.bulk.observations.tables import number

_SCALE: Final = {"Model Size (B)": 1e9, "Pretraining Data Size (T)": 1e12, "FLOPs (1E21)": 1e21}
_PLACES: Final = ("parameter_count", "token_count", "compute_flop")
_OTHER: Final = ("Arena-Elo", "MTBench")


def read(table: pl.DataFrame, file: str) -> pl.DataFrame | None:
    """Return one row a model and score; N, D and C where the file tells them. None for other files."""
    if "Model" not in table.columns:
        return None
    part = PurePath(file).name.removesuffix(".csv").removesuffix("_eval_sub_10b").removesuffix("_eval")
    described = [pl.col("Model").alias("model_ref")]
    if "Model Family" in table.columns:
        described.append(pl.col("Model Family").alias("series"))
        described += [
            (number(name) * factor).alias(place) for (name, factor), place in zip(_SCALE.items(), _PLACES, strict=True)
        ]
    known = {"source_row", "Model", "Model Family", *_SCALE}
    scores = [_score(name, are_shares=not part.endswith("_agent")) for name in table.columns if name not in known]
    return long_scores(table, described, f"obsscaling/{part}", scores)


def _score(column: str, *, are_shares: bool) -> Score:
    benchmark, _, how = column.partition(",")
    kind = "other" if not are_shares or column in _OTHER or how.endswith("norm") or "bleu" in column else "accuracy"
    return Score(column, benchmark, how or "score", kind)
