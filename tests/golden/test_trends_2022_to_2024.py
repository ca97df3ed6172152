"""Recorded hubs of February 2022 and July 2024: orders are proven, and models that changed are told from newer ones."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

import polars as pl
import pytest

from pipelines import steps
from pipelines.builder import card_texts, folder, tables
from pipelines.builder.analysis import write_analysis
from pipelines.settings import Settings

pytestmark = [pytest.mark.real, pytest.mark.slow]


@pytest.fixture(scope="module")
def table(real_data: Path, tmp_path_factory: pytest.TempPathFactory) -> dict[str, pl.DataFrame]:
    """Import both and build the tables, without checks."""
    files = {
        "listing_2024-07.parquet": datetime(2024, 7, 11),
        "cards_2022-02.parquet": datetime(2022, 2, 16),
    }
    settings = Settings.from_environment({"HUBTREE_HOME": str(tmp_path_factory.mktemp("years"))})
    for name, observed_at in files.items():
        if not (real_data / "hub" / name).is_file():
            pytest.skip(f"{real_data / 'hub' / name} is not here")
        steps.import_file(settings, real_data / "hub" / name, kind="listing", observed_at=observed_at)
    begun = folder.begin(settings.layout, "years", started_at=datetime(2026, 1, 1), as_of=None)
    tables.stage(begun, settings)
    card_texts.parse_card_texts(begun, settings)
    tables.describe_descent(begun, settings)
    write_analysis(begun, settings)
    return {path.stem: pl.read_parquet(path) for path in (begun.path / "main").glob("tr*.parquet")} | {
        "cohort_effects": pl.read_parquet(begun.table("main", "cohort_effects"))
    }


def test_licences_that_changed_between_the_years(table: dict[str, pl.DataFrame]) -> None:
    changes = table["trait_changes"].filter(trait="license")
    counts = dict(changes["change_kind"].value_counts().iter_rows())
    # Counted by hand: 17 went from one licence to another; here 4 of them are repairs, and one model more gained a second one.
    assert counts == {"gained": 133, "lost": 23, "changed": 14, "repaired": 4}


def test_the_models_of_2022_did_not_lose_what_newer_ones_lack(table: dict[str, pl.DataFrame]) -> None:
    found = table["cohort_effects"].row(by_predicate=pl.col("cohort_measure") == "language", named=True)
    assert (found["n_baseline"], found["n_repeated"]) == (14_835, 13_668)
    assert found["within_change"] > 0 > found["cohort_difference_high95"]


@pytest.mark.parametrize(("trait", "n_values"), [("license", 20), ("language", 20), ("task", 10), ("library", 10)])
def test_orders_of_the_papers_sizes_are_proven(table: dict[str, pl.DataFrame], trait: str, n_values: int) -> None:
    orders = table["trait_orderings"].filter(protocol="hubtree", trait=trait, ordering_size="paper")
    orders = orders.filter(pl.col("relation_scope").is_in(["finetune", "no_merges", "all"]))
    assert orders.height == 3 * 2 * n_values
    assert orders["is_proven_optimal"].all()
    assert (orders["gap_ratio"] == 0).all()


def test_twenty_tasks_are_proven_too(table: dict[str, pl.DataFrame]) -> None:
    wide = table["trait_orderings"].filter(trait="task", ordering_size="wide")
    assert wide["position"].max() >= 20
    assert wide["is_proven_optimal"].all()


def test_english_stands_downstream_and_most_agreement_of_languages_is_chance(table: dict[str, pl.DataFrame]) -> None:
    order = table["trait_orderings"].filter(
        protocol="hubtree", trait="language", relation_scope="finetune", ordering_size="paper", weighting="edges"
    )
    english = order.row(by_predicate=pl.col("trait_value") == "en", named=True)
    assert english["position_low95"] >= 15
    assert order["null_compatible_share"][0] > 0.95
    assert order["direction_p_value"][0] > 0.05
