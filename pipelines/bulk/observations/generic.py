"""Anybody's table: which of its columns is which quantity, in which unit.

The words are those of `mapping`. Units of counts are K, M, B, T (1e3 to 1e12), log10 and ln; units of losses are those of
`LOSS_UNITS`. ``field==text`` gives every row the same text.
"""

from __future__ import annotations

from collections.abc import Mapping as AnyMapping
from collections.abc import Sequence
from typing import Final

import polars as pl

from pipelines.bulk.json_columns import member, object_of
from pipelines.bulk.observations.form import Form, need, unused
from pipelines.bulk.observations.mapping import FACTORS, LOGARITHMS, Grammar, Mapping
from pipelines.bulk.observations.tables import ROW, number, size
from pipelines.bulk.observations.units import BYTES, LOSS_UNITS, nats, nats_by_row
from warehouse.errors import UsageError

_SHORT: Final = {
    "L": "loss",
    "N": "parameter_count",
    "N_no_embed": "non_embedding_parameter_count",
    "D": "token_count",
    "U": "unique_token_count",
    "C": "compute_flop",
    "run": "run_id",
    "model": "model_ref",
    "unit": "loss_unit",
}
"""Symbols of the field and short words -> landing column."""
_COUNTS: Final = (
    "parameter_count",
    "non_embedding_parameter_count",
    "token_count",
    "unique_token_count",
    "compute_flop",
    "epochs",
)
_WHOLE: Final = ("width", "depth", "step", "seed")
_TEXTS: Final = ("series", "run_id", "model_ref", "schedule", "eval_set", "tokenizer", "parameter_definition", "loss_unit")
_FIELDS: Final = ("loss", *_COUNTS, *_WHOLE, *_TEXTS, "is_final")
_DEFINITIONS: Final = ("with_embeddings", "without_embeddings", "nominal", "unknown")


def parse_mapping(texts: Sequence[str]) -> tuple[Mapping, ...]:
    """Read the texts of ``--map``.

    Raises:
        UsageError: a part is no assignment, a field or unit is unknown, a field is given twice, or the loss is missing.
    """
    mappings = _GRAMMAR.read(texts)
    fields = [mapping.field for mapping in mappings]
    twice = sorted({name for name in fields if fields.count(name) > 1})
    if twice:
        raise UsageError(f"--map gives {', '.join(twice)} twice", hint="give each field once")
    if "loss" not in fields:
        raise UsageError("--map does not say which column is the loss", hint="--map loss=final_loss,N=params,D=tokens")
    return mappings


def _units_of(field: str) -> tuple[str, ...]:
    return tuple(LOSS_UNITS) if field == "loss" else (*FACTORS, *LOGARITHMS) if field in _COUNTS else ()


def _constant(field: str, text: str) -> Mapping:
    if field not in _TEXTS:
        raise UsageError(
            f"--map {field}=={text}: only texts can be the same in every row", hint=f"these are {', '.join(_TEXTS)}"
        )
    _require_word(field, text)
    return Mapping(field, constant=text)


def _require_word(field: str, text: str) -> None:
    allowed = {"parameter_definition": _DEFINITIONS, "loss_unit": tuple(LOSS_UNITS)}.get(field)
    if allowed and text not in allowed:
        raise UsageError(f"--map: {text!r} is no {field}", hint=f"one of {', '.join(allowed)}")


_GRAMMAR: Final = Grammar("fields", _FIELDS, _SHORT, _units_of, _constant)


def generic_form(mappings: Sequence[Mapping], source_name: str, told: AnyMapping[str, str | None]) -> Form:
    """Return the form that reads a table by these mappings; its notes state every conversion."""
    chosen = {mapping.field: mapping for mapping in mappings}
    notes = [_stated(mapping) for mapping in mappings if mapping.unit]
    if not chosen["loss"].unit and "loss_unit" not in chosen:
        notes.append("loss: taken for nats per token as it stands; say otherwise with loss=column:bits or perplexity")

    def read(table: pl.DataFrame, file: str) -> pl.DataFrame:
        columns = [mapping.column for mapping in mappings if mapping.column]
        need(table, file, *columns)
        return table.select(ROW, *_columns(chosen, source_name), *unused(table, set(columns)))

    identity = "generic " + " ".join(f"{m.field}={m.column}:{m.unit}:{m.constant}" for m in mappings)
    return Form(identity, "losses", read, source_name, told, tuple(notes))


def _stated(mapping: Mapping) -> str:
    if mapping.field == "loss":
        return f"loss: {mapping.column} read as {LOSS_UNITS[mapping.unit].words}"
    if mapping.unit in FACTORS:
        return f"{mapping.field}: {mapping.column} times {FACTORS[mapping.unit]:g}"
    return f"{mapping.field}: {mapping.column} read as a logarithm ({mapping.unit})"


def _columns(chosen: AnyMapping[str, Mapping], source_name: str) -> list[pl.Expr]:
    counts = {name: count_of(chosen[name]) for name in _COUNTS if name in chosen}
    numbers = {name: number(chosen[name].column) for name in _WHOLE if name in chosen}
    texts = {name: text_of(chosen[name]) for name in _TEXTS if name in chosen and name != "loss_unit"}
    texts.setdefault("series", pl.lit(source_name))
    texts.setdefault("eval_set", pl.lit("unnamed"))
    texts.setdefault("parameter_definition", pl.lit("unknown"))
    if _is_per_byte(chosen):
        texts["tokenizer"] = pl.lit(BYTES)
    if "is_final" in chosen:
        said = pl.col(chosen["is_final"].column).cast(pl.String).str.to_lowercase()
        texts["is_final"] = said.replace_strict({"true": True, "1": True, "false": False, "0": False}, default=None)
    read = {**counts, "loss": number(chosen["loss"].column), **numbers}
    return [
        *(value.cast(pl.Float64).alias(name) for name, value in {**counts, **numbers}.items()),
        *(value.alias(name) for name, value in texts.items()),
        *_loss(chosen),
        _misfits(chosen, read).alias("misfits"),
    ]


def count_of(mapping: Mapping) -> pl.Expr:
    """Return a column of counts in units of one."""
    value = size(mapping.column)
    if mapping.unit in FACTORS:
        return value * FACTORS[mapping.unit]
    return pl.lit(LOGARITHMS[mapping.unit]) ** value if mapping.unit else value


def text_of(mapping: Mapping) -> pl.Expr:
    """Return a column as text, or the text that all rows have."""
    return pl.lit(mapping.constant) if mapping.constant is not None else pl.col(mapping.column).cast(pl.String)


def _is_per_byte(chosen: AnyMapping[str, Mapping]) -> bool:
    unit = chosen["loss"].unit or (chosen["loss_unit"].constant if "loss_unit" in chosen else "") or ""
    return unit in LOSS_UNITS and LOSS_UNITS[unit].is_per_byte


def _loss(chosen: AnyMapping[str, Mapping]) -> list[pl.Expr]:
    published = number(chosen["loss"].column)
    told = chosen.get("loss_unit")
    if told is not None and told.column:
        unit = pl.col(told.column).cast(pl.String).str.strip_chars().str.to_lowercase()
        base = unit.replace_strict({name: known.log_base for name, known in LOSS_UNITS.items()}, default=None)
        loss = nats_by_row(published, unit)
    else:
        known = LOSS_UNITS[chosen["loss"].unit or (told.constant if told and told.constant else "nats")]
        base, loss = pl.lit(known.log_base), nats(published, known)
    return [loss.alias("loss"), published.alias("published_loss"), base.alias("log_base")]


def _misfits(chosen: AnyMapping[str, Mapping], read: AnyMapping[str, pl.Expr]) -> pl.Expr:
    """Return a JSON object of the texts that should be numbers and are not."""
    odd = []
    for name, value in read.items():
        column = chosen[name].column
        text = pl.col(column).cast(pl.String)
        odd.append(member(column, pl.when(value.is_null() & (text.str.strip_chars() != "")).then(text), pl.String()))
    return object_of(odd)
