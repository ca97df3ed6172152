"""Forms in which collectors keep records inside of tables: a record as JSON text in one column of a row."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

import polars as pl

from pipelines.bulk.fields import CARD_COLUMNS, wrong_columns
from pipelines.bulk.json_files import Unreadable, parsed
from pipelines.bulk.own_dates import DATE_COLUMNS, own_instants
from pipelines.bulk.records import card_object, client_record, documents_frame
from pipelines.bulk.tally import Tally

NOT_COLLECTED: Final = "N/A"
"""What a collector writes where nothing was fetched (dirty-metadata, row 47); says nothing about the model."""

Row = Mapping[str, Any]


@dataclass(frozen=True)
class Form:
    """One way of keeping records in a table."""

    columns: frozenset[str]
    """The columns it is known by."""
    kind: str
    record: Callable[[Row, Tally], object]
    """From a row to the record in it; None if the row holds none."""


def form_of(kind: str, names: Sequence[str]) -> Form | None:
    """Return the form of a table of the kind listing or details, None if its columns are the records' own fields.

    Raises:
        UsageError: the columns belong to another kind.
    """
    for form in _FORMS:
        if form.columns <= set(names):
            if form.kind != kind:
                raise wrong_columns(names, f"fields of the Hub's API for kind {kind}", f"import it with --kind {form.kind}")
            return form
    if "snapshot" in names:
        hint = "rows of many days are a time series: import them with --kind daily"
        raise wrong_columns(names, f"one observation a model for kind {kind}", hint)
    return None


def form_frame(table: pl.DataFrame, form: Form, tally: Tally) -> pl.DataFrame:
    """Return one landing row a row that holds a record, with its own instant in ``observed_at`` where it has one."""
    rows = list(table.iter_rows(named=True))
    records = [form.record(row, tally) for row in rows]
    instants = table.with_columns(own_instants(table).alias("observed_at"))["observed_at"]
    is_kept = pl.Series([record is not None for record in records], dtype=pl.Boolean)
    kept = documents_frame([record for record in records if record is not None], tally)
    return kept.with_columns(instants.filter(is_kept))


def _from_json(text: str | None) -> object:
    """Return the value of a JSON text; text that is no JSON is kept for ``raw``."""
    try:
        return parsed(text or "")
    except ValueError:
        return Unreadable(0, text or "")


def _detail(row: Row, _: Tally) -> object:
    return _from_json(row["raw_json"])


def _listed(row: Row, _: Tally) -> object:
    return _from_json(row["infos_json"])


def _client_dump(row: Row, tally: Tally) -> object:
    """Return a family walk's record; what the walk noted beside it (depth, child lists) goes with it."""
    text = row["metadata_json"]
    if text is None or text == NOT_COLLECTED:
        tally.skip("metadata not collected")
        return None
    record = _from_json(text)
    if not isinstance(record, Mapping):
        return record
    left_out = {"id", "metadata_json", *CARD_COLUMNS, *DATE_COLUMNS}
    beside = {name: _list(value) for name, value in row.items() if value is not None and name not in left_out}
    return client_record(record) | beside


def _list(value: object) -> object:
    """Return the list a text like `["a"]` stands for; any other value as it is."""
    return _from_json(value) if isinstance(value, str) and value.startswith("[") else value


def _defect(row: Row, _: Tally) -> object:
    """Return the record of an example of bad metadata: a card's head, tags, card data as JSON or YAML, a bare parent."""
    data = row.get("cardData") or row.get("card_data")
    parent = row.get("base_model")
    card_data = _object(data) if data else {"base_model": parent} if parent else None
    record = {"id": row["model"], "tags": _list(row.get("tags")), "cardData": card_data}
    notes = {name: row.get(name) for name in ("category", "source", "note")}
    return {name: value for name, value in (record | notes).items() if value is not None}


def _object(text: object) -> object:
    if not isinstance(text, str):
        return text
    value = _from_json(text)
    return card_object(text) if isinstance(value, Unreadable) else value


_FORMS: Final = (
    Form(frozenset({"raw_json"}), "details", _detail),
    Form(frozenset({"metadata_json"}), "details", _client_dump),
    Form(frozenset({"category", "model"}), "details", _defect),
    Form(frozenset({"infos_json"}), "listing", _listed),
)
