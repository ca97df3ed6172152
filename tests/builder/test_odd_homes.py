"""A home whose path looks like something else to the engines."""

from __future__ import annotations

from pathlib import Path

from tests.builder.landed import built, land_records, record
from warehouse.paths import Layout


def test_a_folder_that_looks_like_a_partition_adds_no_column(home: Layout, tmp_path: Path) -> None:
    odd = Layout(tmp_path / "model_id=7" / "it's mine" / "home")
    for each in (home, odd):
        land_records(each, record("o/a", tags=["license:mit"]), record("o/b", tags=["base_model:o/a"]))
    plain, found = built(home, threads=1), built(odd, threads=1)
    assert found["models"]["model_id"].to_list() == ["o/a", "o/b"]
    assert found["models"].equals(plain["models"])
    assert found["edges"].equals(plain["edges"])
