"""The published file in DuckDB's own command line, which knows nothing of hubtree."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest
from small_hub import publish, small_hub

PROGRAM = Path(sys.executable).parent / "duckdb"


def ask(file: Path, query: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run([PROGRAM, "-readonly", "-json", file, "-c", query], capture_output=True, text=True, check=False)


@pytest.mark.skipif(not PROGRAM.exists(), reason="the wheel duckdb-cli is not installed")
def test_the_command_line_reads_rows_and_comments_and_writes_nothing(tmp_path: Path) -> None:
    link = publish(tmp_path, small_hub())
    before = link.read_bytes()
    rows = json.loads(ask(link, "select count(*) as n from models").stdout)
    assert rows == [{"n": len(small_hub()["models"])}]
    [told] = json.loads(ask(link, "select comment from duckdb_tables() where table_name = 'edges'").stdout)
    assert told["comment"].startswith("One row is one accepted parent-child pair")
    assert ask(link, "delete from models").returncode != 0
    assert link.read_bytes() == before
