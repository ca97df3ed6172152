"""Licence verdicts of a build: from landed records, with names beside `other`, over cut cycles, whatever the threads."""

from __future__ import annotations

from typing import Any

import polars as pl
import pytest
from landed import NIGHT, land_records, record, settings_of

from pipelines.builder import card_texts, folder, tables
from pipelines.builder.folder import BuildFolder
from pipelines.builder.verdicts import write_verdicts
from warehouse.paths import Layout


def licensed(model_id: str, license_id: str | None, *parents: str, **fields: Any) -> dict[str, Any]:
    """A record with its licence and parents as tags."""
    tags = [f"license:{license_id}"] if license_id else []
    return record(model_id, tags=[*tags, *(f"base_model:{parent}" for parent in parents)], **fields)


RECORDS = [
    licensed("meta/base", "llama2"),
    licensed("ann/copy", "apache-2.0", "meta/base"),
    licensed("ben/child", "mit", "ann/copy"),
    licensed("cat/named", "other", "meta/base", cardData={"license": "other", "license_name": "Llama-2"}),
    licensed("dan/empty", None, "meta/base", cardData={"license": None, "base_model": "meta/base"}),
    licensed("eve/merge", "apache-2.0", "ben/child", "free/gpl"),
    licensed("free/gpl", "gpl-3.0"),
    licensed("ring/a", "mit", "ring/b"),
    licensed("ring/b", "gpl-3.0", "ring/a", createdAt="2024-02-01T00:00:00.000Z"),
]

CONFLICTS = (("ann/copy", "meta/base"), ("ben/child", "ann/copy"))


def judged(home: Layout, threads: int) -> BuildFolder:
    """Build as far as the verdicts."""
    settings = settings_of(home, threads)
    begun = folder.begin(home, f"b{threads}", started_at=NIGHT, as_of=None)
    tables.stage(begun, settings)
    card_texts.parse_card_texts(begun, settings)
    tables.describe_descent(begun, settings)
    with begun.engine(settings) as engine:
        begun.see(engine, "main", "models", "edges")
        write_verdicts(begun, engine)
    return begun


@pytest.fixture
def verdicts(home: Layout) -> pl.DataFrame:
    land_records(home, *RECORDS, kind="details")
    return pl.read_parquet(judged(home, 2).table("main", "license_verdicts"))


def row(verdicts: pl.DataFrame, child: str, parent: str | None) -> dict[str, Any]:
    same = pl.col("parent_id") == parent if parent else pl.col("parent_id").is_null()
    return verdicts.filter((pl.col("child_id") == child) & same).row(0, named=True)


def test_a_build_judges_every_edge_by_all_that_is_above_it(verdicts: pl.DataFrame) -> None:
    assert verdicts.filter(judged="edge").height == 8
    inherited = row(verdicts, "ben/child", "ann/copy")
    assert (inherited["verdict"], inherited["rule_id"]) == ("conflict", "LLAMA-4")
    assert inherited["path"] == ["meta/base", "ann/copy", "ben/child"]


def test_a_conflict_puts_the_downloads_of_all_below_at_stake(home: Layout) -> None:
    counted = [dict(each, downloads=10**place) for place, each in enumerate(RECORDS)]
    land_records(home, *counted, kind="details")
    verdicts = pl.read_parquet(judged(home, 2).table("main", "license_verdicts"))
    at_stake = {child: row(verdicts, child, parent)["downloads_30d_at_stake"] for child, parent in CONFLICTS}
    assert at_stake == {"ann/copy": 10**1 + 10**2 + 10**5, "ben/child": 10**2 + 10**5}


def test_a_name_beside_other_is_read_and_a_key_without_a_value_is_null(verdicts: pl.DataFrame) -> None:
    named = row(verdicts, "cat/named", "meta/base")
    assert (named["verdict"], named["child_license_ids"], named["doubts"]) == (
        "compatible",
        ["llama2"],
        ["alias_resolved", "relation_inferred"],
    )
    empty = row(verdicts, "dan/empty", "meta/base")
    assert (empty["verdict"], empty["child_license_state"], empty["obligation"]) == ("unknown", "null", "terms_pass_on")


def test_a_merge_is_told_which_two_licences_clash(verdicts: pl.DataFrame) -> None:
    merge = row(verdicts, "eve/merge", None)
    assert (merge["rule_id"], merge["source_license_id"], merge["against_license_id"]) == ("MERGE-1", "gpl-3.0", "llama2")
    assert merge["path"] == ["free/gpl", "eve/merge"]


def test_a_cycle_is_judged_and_ends(verdicts: pl.DataFrame) -> None:
    back = verdicts.filter(pl.col("doubts").list.contains("on_cycle"))
    assert back.select("parent_id", "child_id").rows() == [("ring/b", "ring/a")]
    assert back["verdict"].to_list() == ["conflict"]


def test_threads_change_no_byte(home: Layout) -> None:
    land_records(home, *RECORDS, kind="details")
    for name in ("license_verdicts", "license_duties"):
        one, two = (judged(home, threads).table("main", name).read_bytes() for threads in (1, 2))
        assert one == two
