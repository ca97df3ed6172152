"""The table similarity of a build: planted families come out more alike than strangers, with and without cards."""

from __future__ import annotations

import polars as pl

from pipelines.local_hub.planted import plant
from tests.builder.landed import built, land_cards, land_records, record
from tests.builder.test_build_is_a_function import land_hub
from warehouse.contract import TABLES
from warehouse.landing.blobs import git_blob_id
from warehouse.paths import Layout


def test_relatives_are_more_alike_than_strangers_in_text_and_traits(home: Layout) -> None:
    land_hub(home, plant(2_000, seed=5))
    table = built(home)["similarity"]
    assert tuple(table.columns) == TABLES["similarity"].column_names
    assert set(table["edge_scope"]) == {"finetune", "no_merges", "merges", "all"}
    assert set(table["compared"]) == {"metadata", "card", "traits"}
    of_trees = table.filter(edge_scope="no_merges")
    relatives = of_trees.filter(pl.col("motif").is_in(["random_pair", "parent_child"])).pivot(
        "motif", index=["compared", "control", "measure"], values="mean"
    )
    assert relatives.height == 6 + 6 + 5
    assert relatives.filter(pl.col("parent_child") <= pl.col("random_pair")).is_empty()


def test_a_shared_parent_tag_makes_siblings_look_alike_and_the_control_takes_it_away(home: Layout) -> None:
    parents = [record(f"o{i}/parent-{i}") for i in range(12)]
    children = [record(f"x/{w}{i}", tags=[f"base_model:o{i}/parent-{i}"]) for i in range(12) for w in ("ant", "bee", "cat")]
    land_records(home, *parents, *children)
    table = built(home)["similarity"].filter(edge_scope="no_merges", measure="tfidf_cosine", motif="siblings")
    seen = dict(table.select("control", "mean").iter_rows())
    assert seen["as_published"] > 0.25
    assert seen["parent_tags_removed"] < 0.1


def card(model_id: str, text: str) -> dict[str, object]:
    content = text.encode()
    return {"model_id": model_id, "content": content, "card_sha": git_blob_id(content), "n_bytes": len(content)}


def test_short_cards_and_cards_that_a_tool_wrote_are_not_compared(home: Layout) -> None:
    parent, children = record("o/parent"), [record(f"x/{i}", tags=["base_model:o/parent"]) for i in range(4)]
    land_records(home, parent, *children)
    long = "one two three four " * 40
    land_cards(
        home,
        card("o/parent", long),
        card("x/0", "---\nbase_model: o/parent\n---\n" + long),
        card("x/1", "other words " * 60),
        card("x/2", "Too short."),
        card("x/3", "This card was Generated Automatically. " + long),
    )
    tables = built(home)
    flags = dict(tables["cards"].select("model_id", "is_auto_generated").iter_rows())
    assert flags == {"o/parent": False, "x/0": False, "x/1": False, "x/2": False, "x/3": True}
    cards = tables["similarity"].filter(edge_scope="no_merges", compared="card", measure="levenshtein")
    counts = dict(cards.filter(control="as_published").select("motif", "n_pairs").iter_rows())
    assert counts == {"random_pair": 3, "parent_child": 2, "siblings": 1}
    means = cards.filter(motif="parent_child").select("control", "mean")
    assert dict(means.iter_rows())["parent_tags_removed"] > dict(means.iter_rows())["as_published"]


def test_a_hub_without_edges_has_no_similarity(home: Layout) -> None:
    land_records(home, record("o/a"), record("o/b"))
    assert built(home)["similarity"].is_empty()
