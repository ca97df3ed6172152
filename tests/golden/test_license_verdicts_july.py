"""Licence verdicts of July 2024: edges counted by hand are judged as the clauses say, and leverage is told."""

from __future__ import annotations

from pathlib import Path

import polars as pl
import pytest

from benchmarks.license_verdicts import judge, summary

pytestmark = [pytest.mark.real, pytest.mark.slow]


@pytest.fixture(scope="module")
def verdicts(real_data: Path) -> pl.DataFrame:
    listing = real_data / "hub" / "listing_2024-07.parquet"
    if not listing.is_file():
        pytest.skip(f"{listing} is not here")
    return judge(listing)[0]


@pytest.fixture(scope="module")
def direct(verdicts: pl.DataFrame, real_data: Path) -> pl.DataFrame:
    """Edges with what both ends declare, read from the listing's tags."""
    listing = pl.scan_parquet(real_data / "hub" / "listing_2024-07.parquet").select("id", "tags").explode("tags")
    tags = listing.filter(pl.col("tags").str.starts_with("license:")).collect()
    declared = tags.group_by("id").agg(license=pl.col("tags").str.strip_prefix("license:").unique().sort().str.join(" "))
    edges = verdicts.filter(judged="edge")
    return edges.join(declared.rename({"id": "parent_id", "license": "above"}), on="parent_id", how="left").join(
        declared.rename({"id": "child_id", "license": "below"}), on="child_id", how="left"
    )


@pytest.mark.parametrize(
    ("above", "below", "n_edges", "verdict"),
    [
        ("llama2", "apache-2.0", 2_430, "conflict"),
        ("cc-by-nc-4.0", "apache-2.0", 442, "conflict"),
        ("llama3", "apache-2.0", 337, "conflict"),
        ("openrail++", "mit", 497, "conflict"),
        ("openrail++", "creativeml-openrail-m", 1_340, "needs_review"),
    ],
)
def test_edges_counted_by_hand_are_judged_as_the_clauses_say(
    direct: pl.DataFrame, above: str, below: str, n_edges: int, verdict: str
) -> None:
    found = direct.filter(above=above, below=below)
    assert found.height == pytest.approx(n_edges, rel=0.02)
    is_as_said = (found["verdict"] == verdict) | (found["verdict"] == "conflict")
    assert is_as_said.all()


def test_a_side_that_states_nothing_is_never_a_conflict(direct: pl.DataFrame) -> None:
    unstated = direct.filter(pl.col("below").is_null() | (pl.col("below") == "unknown"))
    assert unstated.height > 30_000
    assert (unstated["verdict"] == "unknown").all()


def test_one_mis_declared_copy_carries_most_llama2_conflicts_and_is_doubted(verdicts: pl.DataFrame) -> None:
    conflicts = verdicts.filter(judged="edge", verdict="conflict", source_license_id="llama2")
    copy = conflicts.filter(source_id="unsloth/llama-3-8b-bnb-4bit")
    assert copy.height > 0.8 * conflicts.height
    assert copy["doubts"].list.contains("source_name_disagrees").all()
    assert copy["confidence"].max() < 0.4


def test_the_summary_counts_every_edge_once(verdicts: pl.DataFrame) -> None:
    found = summary(verdicts)
    counted = {row["verdict"]: row["n"] for row in found["verdicts"] if row["judged"] == "edge"}
    assert sum(counted.values()) == verdicts.filter(judged="edge").height
    assert sum(found["unknown_edges"].values()) == counted["unknown"]
