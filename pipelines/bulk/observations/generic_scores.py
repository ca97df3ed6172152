"""Anybody's table of scores: one score a row (``value``), or one column a benchmark (``score``, given once a column).

The words are those of `mapping`. A score's unit is ``share`` or ``percent``, both accuracies, or ``raw``; without one it is
taken as it stands and its metric kind is ``other``.
"""

from __future__ import annotations

from collections.abc import Mapping as AnyMapping
from collections.abc import Sequence
from typing import Final

import polars as pl

from pipelines.bulk.observations.form import Form, need, unused
from pipelines.bulk.observations.generic import count_of, text_of
from pipelines.bulk.observations.mapping import FACTORS, LOGARITHMS, Grammar, Mapping
from pipelines.bulk.observations.tables import ROW, number
from warehouse.errors import UsageError

_SHORT: Final = {
    "model": "model_ref",
    "N": "parameter_count",
    "D": "token_count",
    "C": "compute_flop",
    "base": "base_model_ref",
}
_COUNTS: Final = ("parameter_count", "token_count", "compute_flop")
_WHOLE: Final = ("step", "n_shots", "n_items")
_TEXTS: Final = (
    "model_ref", "series", "model_revision", "harness", "benchmark", "split", "prompt_format", "weight_precision", "metric",
    "metric_kind", "model_type", "base_model_ref", "evaluated_on",
)  # fmt: skip
_VALUES: Final = ("value", "score")
_FIELDS: Final = (*_VALUES, "stderr", *_COUNTS, *_WHOLE, *_TEXTS, "is_higher_better")
_UNITS: Final = {"share": 1.0, "percent": 0.01, "raw": 1.0, "": 1.0}
_KINDS: Final = ("nll", "probability", "log_probability", "accuracy", "other")
_TRUTHS: Final = {"true": True, "1": True, "yes": True, "false": False, "0": False, "no": False}


def parse_score_mapping(texts: Sequence[str]) -> tuple[Mapping, ...]:
    """Read the texts of ``--map`` for scores.

    Raises:
        UsageError: a part is no assignment, a field or unit is unknown, a field but ``score`` is given twice, or model or score
            is missing.
    """
    mappings = _GRAMMAR.read(texts)
    fields = [mapping.field for mapping in mappings]
    if twice := sorted({name for name in fields if name != "score" and fields.count(name) > 1}):
        raise UsageError(f"--map gives {', '.join(twice)} twice", hint="give each field once; only score may be repeated")
    hint = "--map model=name,score=MMLU:percent,score=ARC:percent, or model=name,benchmark=task,value=acc:share"
    if "model_ref" not in fields:
        raise UsageError("--map does not say which column names the model", hint=hint)
    if ("value" in fields) == ("score" in fields):
        raise UsageError("--map needs either value (one score a row) or score (one column a benchmark)", hint=hint)
    if "value" in fields and "benchmark" not in fields:
        raise UsageError("--map does not say which benchmark the value is of", hint=hint)
    if "score" in fields and "benchmark" in fields:
        raise UsageError("--map: with score, each column's name is its benchmark", hint=hint)
    return mappings


def _units_of(field: str) -> tuple[str, ...]:
    named = tuple(unit for unit in _UNITS if unit)
    return named if field in _VALUES else (*FACTORS, *LOGARITHMS) if field in _COUNTS else ()


def _constant(field: str, text: str) -> Mapping:
    allowed = {"metric_kind": _KINDS, "is_higher_better": tuple(_TRUTHS)}.get(field)
    if allowed and text.lower() not in allowed:
        raise UsageError(f"--map: {text!r} is no {field}", hint=f"one of {', '.join(allowed)}")
    if field in _TEXTS or allowed or (field == "n_shots" and text.isdecimal()):
        return Mapping(field, constant=text)
    raise UsageError(f"--map {field}=={text}: it can't be the same in every row", hint="name a column")


_GRAMMAR: Final = Grammar("fields of evaluations", _FIELDS, _SHORT, _units_of, _constant)


def scores_form(mappings: Sequence[Mapping], source_name: str, told: AnyMapping[str, str | None]) -> Form:
    """Return the form that reads a table of scores by these mappings; its notes state how scores were read."""
    chosen = {mapping.field: mapping for mapping in mappings}
    scores = [mapping for mapping in mappings if mapping.field in _VALUES]
    notes = [_stated(mapping, chosen) for mapping in scores]

    def read(table: pl.DataFrame, file: str) -> pl.DataFrame:
        columns = [mapping.column for mapping in mappings if mapping.column]
        need(table, file, *columns)
        shared = [*_columns(chosen, source_name), *unused(table, set(columns))]
        parts = [table.select(ROW, *shared, *_score(score, chosen)).filter(pl.col("value").is_not_null()) for score in scores]
        return pl.concat(parts).sort(ROW, "benchmark")

    identity = "generic scores " + " ".join(f"{m.field}={m.column}:{m.unit}:{m.constant}" for m in mappings)
    return Form(identity, "evaluations", read, source_name, told, tuple(notes))


def _stated(mapping: Mapping, chosen: AnyMapping[str, Mapping]) -> str:
    words = {"percent": "percentages, as shares", "share": "shares", "raw": "numbers", "": "numbers as they stand"}
    kind = "the kind its rows tell" if "metric_kind" in chosen else _kind(mapping)
    return f"{mapping.column}: read as {words[mapping.unit]}, metric kind {kind}"


def _kind(mapping: Mapping) -> str:
    return "accuracy" if mapping.unit in {"share", "percent"} else "other"


def _columns(chosen: AnyMapping[str, Mapping], source_name: str) -> list[pl.Expr]:
    counts = {name: count_of(chosen[name]).cast(pl.Float64) for name in _COUNTS if name in chosen}
    numbers = {name: _whole(chosen[name]) for name in _WHOLE if name in chosen}
    texts = {name: text_of(chosen[name]) for name in _TEXTS if name in chosen and name not in {"benchmark", "metric_kind"}}
    texts.setdefault("harness", pl.lit(source_name))
    texts.setdefault("metric", pl.lit("score"))
    if "stderr" in chosen:
        numbers["stderr"] = number(chosen["stderr"].column) * _factor(chosen)
    if "is_higher_better" in chosen:
        said = text_of(chosen["is_higher_better"]).str.to_lowercase()
        texts["is_higher_better"] = said.replace_strict(_TRUTHS, default=None, return_dtype=pl.Boolean)
    return [value.alias(name) for name, value in {**counts, **numbers, **texts}.items()]


def _whole(mapping: Mapping) -> pl.Expr:
    return (
        pl.lit(int(mapping.constant)) if mapping.constant is not None else number(mapping.column).cast(pl.Int64, strict=False)
    )


def _factor(chosen: AnyMapping[str, Mapping]) -> float:
    """Return what an error is multiplied by: it has the unit of the scores beside it."""
    return _UNITS[chosen["value" if "value" in chosen else "score"].unit]


def _score(mapping: Mapping, chosen: AnyMapping[str, Mapping]) -> list[pl.Expr]:
    """Return benchmark, metric kind, direction and value of one column of scores."""
    kind = text_of(chosen["metric_kind"]) if "metric_kind" in chosen else pl.lit(_kind(mapping))
    known = kind.str.to_lowercase()
    benchmark = text_of(chosen["benchmark"]) if "benchmark" in chosen else pl.lit(mapping.column)
    told = [
        benchmark.alias("benchmark"),
        pl.when(known.is_in(_KINDS)).then(known).otherwise(pl.lit("other")).alias("metric_kind"),
        (number(mapping.column) * _UNITS[mapping.unit]).alias("value"),
    ]
    if "is_higher_better" in chosen:
        return told
    better = pl.when(known.is_in(["accuracy", "probability", "log_probability"])).then(pl.lit(value=True))
    return [*told, better.when(known == "nll").then(pl.lit(value=False)).alias("is_higher_better")]
