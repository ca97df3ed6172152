"""A whole night with a token: nothing that is written or printed holds it, in whatever form."""

from __future__ import annotations

import base64
import io
import os
import sys
import urllib.parse
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import duckdb
import polars as pl
import pytest

from ops.one_shot import TaskLines, run_dag
from pipelines.cli import main
from warehouse.paths import Layout

pytestmark = [pytest.mark.slow, pytest.mark.timeout(1800)]


def forms(secret: str) -> set[bytes]:
    """The secret as it is, in hexadecimal, percent-encoded, backwards, and inside base64 at each of its three places."""
    plain = secret.encode()
    found = {plain, plain.hex().encode(), urllib.parse.quote(secret, safe="").encode(), plain[::-1]}
    found.add("".join(f"%{byte:02X}" for byte in plain).encode())
    for shift in range(3):
        encoded = base64.b64encode(b"\0" * shift + plain)
        # The first and last groups mix with what stands beside the secret.
        inner = encoded[4 if shift else 0 : -4]
        found |= {inner, inner.replace(b"+", b"-").replace(b"/", b"_")}
    return found


def contents(folder: Path) -> Iterator[tuple[str, bytes]]:
    """The bytes of every file below a folder, and what Parquet and DuckDB files hold when they are unpacked."""
    for path in sorted(folder.rglob("*")):
        if not path.is_file():
            continue
        yield path.name, path.read_bytes()
        if path.suffix == ".parquet":
            rows = pl.read_parquet(path, hive_partitioning=False)
            yield f"{path.name} unpacked", f"{pl.read_parquet_metadata(path)}{rows.rows()}".encode("utf-8", "replace")
        if path.suffix == ".duckdb" and not path.is_symlink():
            yield from _tables(path)


def _tables(path: Path) -> Iterator[tuple[str, bytes]]:
    with duckdb.connect(str(path), read_only=True) as connection:
        for (name,) in connection.execute("select table_name from duckdb_tables() order by all").fetchall():
            yield f"{path.name} {name}", repr(connection.table(name).fetchall()).encode("utf-8", "replace")


def holding(secret: str, folder: Path) -> list[str]:
    wanted = forms(secret)
    return [name for name, content in contents(folder) if any(form in content for form in wanted)]


def test_the_search_finds_a_secret_wherever_it_hides(tmp_path: Path, token: str) -> None:
    frame = pl.DataFrame({"a": ["x", f"Bearer {token}"] * 500})
    frame.write_parquet(tmp_path / "packed.parquet", compression="zstd")
    with duckdb.connect(str(tmp_path / "file.duckdb")) as connection:
        connection.execute(
            "create table t as select ? as a from range(9)", [base64.b64encode(f"user:{token}".encode()).decode()]
        )
    (tmp_path / "log.txt").write_text(f"x?y={urllib.parse.quote(token)}")
    (tmp_path / "clean.txt").write_text("nothing")
    (tmp_path / "hex").write_text(f"00{token.encode().hex()}")
    found = {name.partition(" ")[0] for name in holding(token, tmp_path)}
    assert found == {"packed.parquet", "file.duckdb", "log.txt", "hex"}


def test_a_whole_night_writes_and_prints_no_token(  # noqa: PLR0917  # fixtures, not parameters
    dags: Mapping[str, Any],
    hub: str,
    repeating_hub: str,
    hubtree_home: Layout,
    token: str,
    capfd: pytest.CaptureFixture[str],
    caplog: pytest.LogCaptureFixture,
) -> None:
    caplog.set_level("DEBUG")
    assert run_dag(dags["nightly_ingest"], TaskLines(io.StringIO()), {"hub": hub, "limit": 80})
    assert run_dag(dags["dashboard_extracts"], TaskLines(io.StringIO()), {})
    for words in (
        ("status",),
        ("status", "--format", "json"),
        ("crawl", "--hub", repeating_hub, "--debug"),
        ("fetch-cards", "--hub", repeating_hub, "--policy", "all", "--debug"),
        ("sql", "select * from runs", "--debug"),
        ("sql", f"select '{hub}' from no_such_table", "--debug"),
        ("tree", "no/such", "--debug"),
    ):
        with pytest.raises(SystemExit):
            main(list(words))
    said = "".join(capfd.readouterr()) + "\n".join(record.getMessage() for record in caplog.records if "hubtree" in record.name)
    assert "Traceback" in said, "--debug shows where an error came from"
    assert f"GET {repeating_hub}" in caplog.text, "the hub that repeats the token was asked"
    assert not [form for form in forms(token) if form.decode("latin-1") in said]
    airflow = Path(os.environ["AIRFLOW_HOME"])
    names = [name for name, _ in contents(hubtree_home.home)]
    assert {".parquet", ".duckdb", ".csv", ".html", ".json"} <= {Path(name).suffix for name in names}
    assert holding(token, hubtree_home.home) == []
    assert holding(token, airflow) == []
    assert token not in repr(sys.argv)
