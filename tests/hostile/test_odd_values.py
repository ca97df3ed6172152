"""Values that DuckDB knows and the way out of it does not: each arrives as it was, or as text, in every form of output."""

from __future__ import annotations

import io
from pathlib import Path
from typing import Any, get_args

import orjson
import pytest
from small_hub import publish, small_hub

from pipelines.query.formats import Format, write_frame
from pipelines.query.run import run_query
from pipelines.query.table import terminal_table

VALUES: dict[str, Any] = {
    "'{\"a\": [1]}'::json": '{"a": [1]}',
    "json_extract('{\"a\": [1]}', '$.a')": "[1]",
    "['1'::json, null]": "[1, NULL]",
    "time '24:00:00'": "24:00:00",
    "{'t': time '24:00:00'}": "{'t': '24:00:00'}",
    "row(1, 2)": "(1, 2)",
    "[row(1, 2)]": "[(1, 2)]",
    "map([[1]], [2])": "{[1]=2}",
    "map([1.5::decimal(3, 1)], [2])": "{1.5=2}",
    "map(['x'::blob], [2])": "{x=2}",
    "map(['x'], [2])": {"x": 2},
    "map([7], ['x'])": {"7": "x"},
    "timestamp_ns 'infinity'": "infinity",
    "timestamp_ns '2024-01-01 00:00:00.123456789'": "2024-01-01 00:00:00.123456789",
    "{'a': {'b': [1.50::decimal(9, 2)]}}": {"a": {"b": [1.5]}},
}


@pytest.fixture(scope="module")
def database(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return publish(tmp_path_factory.mktemp("odd") / "published", small_hub())


def test_every_odd_value_is_written_in_every_form(database: Path) -> None:
    columns = ", ".join(f"{sql} as c{n}" for n, sql in enumerate(VALUES))
    frame = run_query(database, f"select {columns}").frame
    written = {form: io.BytesIO() for form in get_args(Format)}
    for form, stream in written.items():
        write_frame(frame, form, stream)
    row = orjson.loads(written["jsonl"].getvalue())
    told = {sql: row[f"c{n}"] for n, sql in enumerate(VALUES)}
    assert told == VALUES
    assert terminal_table(frame, width=500).row_count == 1
