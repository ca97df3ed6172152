"""Families: components, roots, shape, and each model's place."""

from __future__ import annotations

import random

import polars as pl

from pipelines.lineage.families import Lineage, describe_lineage
from pipelines.lineage.resolving import accept_edges, resolve_claims
from tests.lineage.frames import claims, models, moves


def lineage(hub: pl.DataFrame, *pairs: tuple[str, ...]) -> Lineage:
    parent_claims = resolve_claims(claims(*pairs), hub, moves(), moves())  # type: ignore[arg-type]  # short pairs
    return describe_lineage(accept_edges(parent_claims, hub), hub)


def family(found: Lineage, scope: str, family_id: str) -> dict[str, object]:
    rows = found.families.filter(family_scope=scope, family_id=family_id)
    assert rows.height == 1, found.families
    return rows.row(0, named=True)


def node(found: Lineage, model_id: str) -> dict[str, object]:
    return found.nodes.filter(model_id=model_id).row(0, named=True)


CHAIN = models("o/a", "o/b", "o/c", "o/d", "o/e")


def test_a_family_has_root_size_depth_width_and_leaves() -> None:
    found = lineage(CHAIN, ("o/b", "o/a"), ("o/c", "o/a"), ("o/d", "o/b"))
    row = family(found, "no_merges", "o/a")
    assert (row["n_models"], row["depth"], row["width"], row["n_leaves"], row["n_merges"]) == (4, 2, 2, 2, 0)
    assert row["first_created_at"] < row["last_created_at"]  # type: ignore[operator]


def test_each_model_knows_its_place() -> None:
    found = lineage(CHAIN, ("o/b", "o/a"), ("o/c", "o/b"))
    assert [node(found, m)["depth"] for m in ("o/a", "o/b", "o/c")] == [0, 1, 2]
    assert [node(found, m)["n_descendants"] for m in ("o/a", "o/b", "o/c")] == [2, 1, 0]
    assert {node(found, m)["root_id"] for m in ("o/a", "o/b", "o/c")} == {"o/a"}
    assert found.nodes.height == 3


def test_merges_glue_families_only_in_scope_all() -> None:
    found = lineage(CHAIN, ("o/c", "o/a"), ("o/d", "o/b"), ("o/e", "o/c", "merge"), ("o/e", "o/d", "merge"))
    assert family(found, "all", "o/a")["n_models"] == 5
    assert family(found, "all", "o/a")["n_merges"] == 1
    assert {family(found, "no_merges", root)["n_models"] for root in ("o/a", "o/b")} == {2}
    assert node(found, "o/e")["family_id"] is None


def test_several_parents_alone_make_no_merge() -> None:
    found = lineage(CHAIN, ("o/c", "o/a", "finetune"), ("o/c", "o/b", "finetune"))
    assert family(found, "no_merges", "o/a")["n_models"] == 3
    assert family(found, "all", "o/a")["n_models"] == 3


def test_a_placeholder_with_an_owner_joins_its_children_and_a_bare_word_does_not() -> None:
    found = lineage(CHAIN, ("o/a", "gone/base"), ("o/b", "gone/base"), ("o/c", "model"), ("o/d", "model"))
    row = family(found, "no_merges", "gone/base")
    assert (row["n_models"], row["n_placeholders"]) == (2, 1)
    assert node(found, "o/c")["family_id"] is None
    assert "gone/base" not in found.nodes["model_id"].to_list()


def test_as_declared_knows_neither_repairs_nor_placeholders() -> None:
    found = lineage(CHAIN, ("o/b", "O/A"), ("o/c", "o/b"), ("o/d", "gone/x"))
    assert found.families.filter(family_scope="as_declared")["family_id"].to_list() == ["o/b"]


def test_cycles_are_cut_where_the_child_is_older() -> None:
    found = lineage(CHAIN, ("o/b", "o/a"), ("o/c", "o/b"), ("o/a", "o/c"))
    cut = found.edges.filter("is_cut")
    assert cut.select("parent_id", "child_id").rows() == [("o/c", "o/a")]
    row = family(found, "no_merges", "o/a")
    assert (row["n_cut_edges"], row["n_edges"], row["depth"]) == (1, 3, 2)


def test_the_root_with_most_descendants_names_the_family() -> None:
    found = lineage(CHAIN, ("o/e", "o/a", "finetune"), ("o/e", "o/b", "finetune"), ("o/d", "o/b"))
    assert family(found, "all", "o/b")["root_id"] == "o/b"
    assert node(found, "o/e")["root_id"] == "o/b"


def test_the_order_of_rows_changes_nothing() -> None:
    pairs = [("o/b", "o/a"), ("o/c", "o/b"), ("o/a", "o/c"), ("o/d", "o/b"), ("o/e", "o/d", "merge"), ("o/e", "o/a", "merge")]
    first = lineage(CHAIN, *pairs)
    random.Random(7).shuffle(pairs)
    again = lineage(CHAIN.reverse(), *pairs)
    assert first.families.equals(again.families)
    assert first.edges.equals(again.edges)
    assert first.nodes.equals(again.nodes)


def test_a_hub_without_claims_has_no_families() -> None:
    found = lineage(CHAIN)
    assert (found.families.height, found.nodes.height, found.edges.height) == (0, 0, 0)
