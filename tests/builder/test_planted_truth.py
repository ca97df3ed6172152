"""A build of a planted hub equals its truth wherever the evidence allows it, and a hub without families gives nothing."""

from __future__ import annotations

import polars as pl
import pytest

from benchmarks.planted_comparison import Compared, compare, summary
from benchmarks.planted_evidence import EVIDENCE, Evidence, plant_with
from benchmarks.planted_expected import expected_of, truth_of
from benchmarks.planted_truth import compared_with_truth, reported_of_nothing

N_MODELS = 5_000


@pytest.fixture(scope="module", params=EVIDENCE)
def compared(request: pytest.FixtureRequest) -> tuple[Evidence, dict[str, Compared]]:
    return request.param, {each.what: each for each in compared_with_truth(N_MODELS, 7, request.param)}


def test_what_differs_from_the_truth_has_a_reason(compared: tuple[Evidence, dict[str, Compared]]) -> None:
    evidence, kinds = compared
    unexplained = pl.concat([each.differences.filter(why="unexplained") for each in kinds.values()])
    assert unexplained.is_empty(), f"{evidence}: {unexplained.to_dicts()[:5]}"
    assert kinds["edges"].n_planted > 0.65 * N_MODELS


def test_little_is_left_to_reasons(compared: tuple[Evidence, dict[str, Compared]]) -> None:
    """Else a rule that explains everything away would pass."""
    evidence, kinds = compared
    missing, wrong = kinds["edges"].count("missing"), kinds["relations of these"].count("wrong")
    most_missing = {"all": 2, "redirects": 0, "no_relations": 0, "cards_alone": 2_100}
    most_wrong = {"all": 3, "redirects": 3, "no_relations": 30, "cards_alone": 30}
    assert missing <= most_missing[evidence]
    assert kinds["edges"].count("wrong") <= 1
    assert wrong <= most_wrong[evidence]
    if evidence == "redirects":
        unequal = {each.what for each in kinds.values() if each.n_equal < each.n_planted}
        assert unequal == {"edges", "relations of these", "node kinds"}


def test_of_a_hub_without_families_nothing_is_reported() -> None:
    assert set(reported_of_nothing(N_MODELS, 7).values()) == {0}


@pytest.fixture(scope="module")
def edges() -> pl.DataFrame:
    return truth_of(plant_with(300, 3, "no_relations", 0.0)).edges.select("parent_id", "child_id", "relation")


def compare_edges(planted: pl.DataFrame, expected: pl.DataFrame, found: pl.DataFrame, whys: pl.DataFrame) -> Compared:
    return compare("edges", ("parent_id", "child_id"), [planted, expected, found], whys)


def test_a_lost_an_invented_and_a_wrong_edge_are_counted_as_unexplained(edges: pl.DataFrame) -> None:
    invented = edges[:1].with_columns(child_id=pl.lit("o/invented"))
    changed = edges[2:3].with_columns(relation=pl.lit("invented"))
    found = pl.concat([invented, edges[1:2], changed, edges[3:]])
    no_whys = edges.select("parent_id", "child_id", why=pl.lit("redirect")).clear()
    result = compare_edges(edges, edges, found, no_whys)
    assert [result.count(kind) for kind in ("missing", "extra", "wrong")] == [1, 1, 1]
    assert (result.n_unexplained, result.n_equal) == (3, edges.height - 2)
    assert f"| edges | {edges.height} | {edges.height} | {edges.height - 2} | 1 | 1 | 1 | 3 |" in summary([result])


def test_a_reason_is_taken_only_where_the_build_is_as_foreseen(edges: pl.DataFrame) -> None:
    whys = edges[:1].select("parent_id", "child_id", why=pl.lit("not named"))
    foreseen = compare_edges(edges, edges[1:], edges[1:], whys)
    assert (foreseen.count("missing"), foreseen.n_unexplained) == (1, 0)
    found_anyway = compare_edges(edges, edges[1:], edges, whys)
    assert (found_anyway.n_equal, found_anyway.n_unexplained) == (edges.height, 1)
    another_lost = compare_edges(edges, edges[1:], edges[2:], whys)
    assert (another_lost.count("missing"), another_lost.n_unexplained) == (2, 1)


def test_withheld_evidence_is_gone_from_records_and_cards() -> None:
    hub = plant_with(300, 3, "cards_alone", 1.0)
    assert not hub.records.filter(pl.col("tags").list.eval(pl.element().str.starts_with("base_model")).list.any()).height
    assert not hub.records["card_data"].drop_nulls().str.contains("base_model").any()
    assert hub.records["base_models"].null_count() == hub.records.height
    assert all(b"base_model" not in content.split(b"\n---\n")[0] for content in hub.cards["content"])
    assert hub.records["card_data"].drop_nulls().str.json_decode(pl.Struct({"license": pl.String})).len() > 100
    relations = plant_with(300, 3, "no_relations", 1.0).records
    assert relations["tags"].explode(empty_as_null=True).str.starts_with("base_model:").any()
    assert (
        not relations["tags"].explode(empty_as_null=True).str.contains("^base_model:(finetune|adapter|quantized|merge):").any()
    )
    assert not relations["base_models"].drop_nulls().str.contains("relation").any()


def test_the_redirected_parents_are_the_only_ones_that_a_whole_hub_hides() -> None:
    hub = plant_with(300, 3, "all", 0.0)
    expected, whys = expected_of(hub, "all")
    changed = truth_of(hub).edges.join(expected.edges, on=["parent_id", "child_id"], how="anti")
    assert changed.height == whys.filter(pl.col("why") == "redirect").height / 2 == 2
