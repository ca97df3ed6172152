"""JSON records as a table of texts, for the kinds and forms that are read by column."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import polars as pl

from pipelines.bulk.json_files import Unreadable
from pipelines.bulk.tally import Tally
from warehouse.landing.records import to_json


def text_table(values: Sequence[object], names: Sequence[str], tally: Tally) -> pl.DataFrame:
    """Return one row a record and one text column a key; anything but a text is JSON text, a missing key null.

    The table has at least the columns of ``names``, so that every portion of a file has the same form.
    Values that are no records are counted and left out: cards and daily rows have no place for them.
    """
    records = [value for value in values if isinstance(value, Mapping)]
    n_unreadable = sum(isinstance(value, Unreadable) for value in values)
    tally.skip("not JSON", n_unreadable)
    tally.skip("not a record", len(values) - len(records) - n_unreadable)
    found = dict.fromkeys([*names, *(str(name) for record in records for name in record)])
    columns = {name: [_text(record.get(name)) for record in records] for name in found}
    return pl.DataFrame(columns, schema=dict.fromkeys(found, pl.String))


def _text(value: object) -> str | None:
    if isinstance(value, str):
        return value.encode("utf-8", "replace").decode()
    return None if value is None else to_json(value)
