"""Orders, months, changes and reuse in a build: planted changes of a second night are found, and counts are those of a loop."""

from __future__ import annotations

from datetime import timedelta

import polars as pl
import pytest

from pipelines.local_hub.planted import PlantedHub, next_day, plant
from tests.builder.landed import NIGHT, built, land_records, record, row
from warehouse.landing.files import Provenance, land
from warehouse.landing.schema import RECORDS
from warehouse.paths import Layout

TABLES = (
    "trait_orderings", "trait_order_pairs", "monthly_trends", "trend_tests", "trait_changes", "cohort_effects",
    "reuse_attributes",
)  # fmt: skip


@pytest.fixture(scope="module")
def hub() -> PlantedHub:
    return plant(1_200, seed=3)


def land_night(home: Layout, hub: PlantedHub, night: int) -> None:
    """Land a complete listing of the hub."""
    at = NIGHT + timedelta(days=night)
    rows = hub.records.with_columns(pl.lit(at, dtype=pl.Datetime("us")).alias("observed_at")).select(RECORDS.keys())
    land(home.landing, "listing", rows, Provenance(run_id=f"crawl-{night}", sequence=0, observed_at=at))


def test_planted_changes_of_the_second_night_are_found_and_no_others(home: Layout, hub: PlantedHub) -> None:
    tomorrow = next_day(hub, seed=4, changed_share=0.2)
    land_night(home, hub, 0)
    land_night(home, tomorrow, 1)
    changes = built(home)["trait_changes"]
    planted = tomorrow.truth["changes"].filter(pl.col("change").is_in(["license", "task"]))
    expected = {(model, trait, before, after) for model, _, trait, before, after in planted.rows()}
    assert len(expected) > 10
    found = {
        (model, trait, before[0], after[0])
        for model, trait, before, after in changes.select("model_id", "trait", "values_before", "values_after").rows()
    }
    assert found == expected
    assert set(changes["change_kind"]) == {"changed"}
    assert set(changes["observed_at"] - changes["previously_observed_at"]) == {timedelta(days=1)}


def test_one_night_shows_no_change_and_has_no_baseline(home: Layout, hub: PlantedHub) -> None:
    land_night(home, hub, 0)
    tables = built(home)
    assert tables["trait_changes"].is_empty()
    assert tables["cohort_effects"].is_empty()
    assert {name for name in TABLES if not tables[name].is_empty()} >= {"trait_orderings", "monthly_trends", "reuse_attributes"}


def test_the_same_models_and_newer_ones_are_told_apart(home: Layout) -> None:
    """Forty models gain a licence between the nights; ten newer ones have none."""
    old = [f"o{i}/old" for i in range(40)]
    land_records(home, *(record(name) for name in old))
    later = NIGHT + timedelta(days=40)
    born = f"{NIGHT + timedelta(days=20):%Y-%m-%dT%H:%M:%S}.000Z"
    newer = [record(f"n{i}/new", createdAt=born) for i in range(10)]
    land_records(home, *(record(name, tags=["license:mit"]) for name in old), *newer, at=later)
    tables = built(home)
    found = row(tables["cohort_effects"], cohort_measure="license")
    assert (found["n_baseline"], found["n_repeated"], found["n_newcomers"]) == (40, 40, 10)
    assert (found["within_change"], found["cohort_difference"], found["total_difference"]) == (1.0, -1.0, 0.0)
    assert tables["trait_changes"]["change_kind"].to_list() == ["gained"] * 40


def test_kinds_of_change(home: Layout) -> None:
    before = {"a/lost": ["license:mit"], "a/moved": ["license:mit"], "a/spelt": ["license:bsd-3"], "a/new": ["license:other"]}
    after = {
        "a/lost": [],
        "a/moved": ["license:gpl-3.0"],
        "a/spelt": ["license:bsd-3-clause"],
        "a/new": ["license:openmdw-1.1"],
    }
    early = NIGHT - timedelta(days=365)
    land_records(home, *(record(name, tags=tags) for name, tags in before.items()), at=early)
    land_records(home, *(record(name, tags=tags) for name, tags in after.items()))
    changes = built(home)["trait_changes"]
    kinds = dict(changes.select("model_id", "change_kind").rows())
    assert kinds == {"a/lost": "lost", "a/moved": "changed", "a/spelt": "repaired", "a/new": "list_event"}


def test_a_richer_observation_of_the_same_tags_is_no_change(home: Layout) -> None:
    plain = record("a/model", tags=["license:mit", "en"])
    land_records(home, plain)
    richer = plain | {"cardData": {"license": "mit", "language": ["english", "nor"], "datasets": ["x/y"]}}
    land_records(home, richer, at=NIGHT + timedelta(days=1), kind="details")
    assert built(home)["trait_changes"].is_empty()


def test_a_poorer_answer_that_lacks_a_field_is_no_change(home: Layout) -> None:
    """The hub repeats task and library among the tags."""
    told = record("a/model", tags=["peft", "fill-mask"], library_name="peft", pipeline_tag="fill-mask")
    for day, answer in enumerate([told, record("a/model", tags=told["tags"]), told, record("a/model", tags=["peft"])]):
        land_records(home, answer, at=NIGHT + timedelta(days=day))
    changes = built(home)["trait_changes"]
    assert changes.select("trait", "values_before", "change_kind").rows() == [("task", ["fill-mask"], "lost")]


def month(year: int, number: int) -> str:
    return f"{year}-{number:02d}-15T10:00:00.000Z"


def test_a_new_licence_on_the_hubs_list_is_no_trend_of_the_fixed_list(home: Layout) -> None:
    """Each month twenty models, six under a licence of their own: other until llama3 is listed, llama3 from then on."""
    records = []
    for at in range(24):
        year, number = 2023 + at // 12, at % 12 + 1
        own = "llama3" if (year, number) >= (2024, 5) else "other"
        for i in range(20):
            tags = [f"license:{own if i < 6 else 'mit'}"]
            records.append(record(f"m{at}-{i}/model-{at}-{i}", createdAt=month(year, number), tags=tags))
    land_records(home, *records)
    tables = built(home)
    shares = tables["monthly_trends"].filter(trend_group="all").sort("month_at")
    assert shares["other_license_share"].to_list() == [0.3] * 16 + [0.0] * 8
    assert shares["other_license_fixed_list_share"].to_list() == [0.3] * 24
    tests = {each["trend_measure"]: each for each in tables["trend_tests"].filter(trend_group="all").iter_rows(named=True)}
    assert tests["other_license_share"]["kendall_tau"] < -0.4
    assert tests["other_license_fixed_list_share"]["trend"] == "none"
    assert tests["other_license_fixed_list_share"]["slope_per_year"] == 0


def test_monthly_counts_are_those_of_a_loop_over_models(home: Layout, hub: PlantedHub) -> None:
    land_night(home, hub, 0)
    tables = built(home)
    models, trends = tables["models"].filter(~pl.col("is_created_at_floor")), tables["monthly_trends"]
    months: dict[tuple[str, str, object], list[dict[str, object]]] = {}
    for model in models.filter(pl.col("created_at") <= NIGHT + timedelta(days=1)).iter_rows(named=True):
        start = model["created_at"].replace(day=1, hour=0, minute=0, second=0, microsecond=0)
        for group, value in (("all", "all"), ("task", model["pipeline_tag"]), ("library", model["library_name"])):
            if value is not None:
                months.setdefault((group, value, start), []).append(model)
    assert trends.height == len(months)
    for found in trends.iter_rows(named=True):
        members = months[found["trend_group"], found["group_value"], found["month_at"]]
        assert found["n_models"] == len(members)
        assert found["license_share"] == pytest.approx(sum(bool(m["license_ids"]) for m in members) / len(members))
        assert found["parent_share"] == pytest.approx(sum(m["n_parents"] > 0 for m in members) / len(members))


def test_cut_months_are_told(home: Layout) -> None:
    dates = ["2022-03-20T00:00:00.000Z", month(2022, 4), month(2026, 10), "2026-11-01T00:00:00.000Z"]
    land_records(home, *(record(f"m{i}/x{i}", createdAt=date) for i, date in enumerate(dates)))
    trends = built(home)["monthly_trends"].filter(trend_group="all").sort("month_at")
    assert trends["is_whole_month"].to_list() == [False, True, True, False]


def test_reuse_is_read_from_tags(home: Layout) -> None:
    tags = [["pytorch"], ["pytorch", "safetensors"], ["gguf"], [], ["pickle", "custom_code", "arxiv:2001.00001"]]
    land_records(home, *(record(f"r{i}/x{i}", tags=own) for i, own in enumerate(tags)))
    table = built(home)["reuse_attributes"]

    def known(attribute: str) -> tuple[int, int]:
        found = row(table, trend_group="all", attribute=attribute)
        return found["n_with"], found["n_known"]

    assert known("safetensors") == (1, 4)
    assert known("pickle_only") == (2, 4)
    assert known("several_formats") == (1, 4)
    assert known("custom_code") == known("paper") == (1, 5)
    assert known("card") == (0, 0)
