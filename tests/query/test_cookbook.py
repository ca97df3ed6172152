"""Every recipe of the cookbook answers, says what it answers, and answers the same whatever the order of rows and threads."""

from __future__ import annotations

from pathlib import Path

import pytest
import sqlglot
from small_hub import publish, small_hub
from sqlglot import exp

from pipelines.query.cookbook import recipe, recipes, run_recipe
from pipelines.query.limits import Limits
from pipelines.query.own import reading
from warehouse import sqlfiles
from warehouse.errors import NotFound

NAMES = sqlfiles.names("cookbook")


@pytest.fixture(scope="module")
def shuffled(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The same hub with its rows in reverse order."""
    rows = {name: list(reversed(table)) for name, table in small_hub().items()}
    return publish(tmp_path_factory.mktemp("shuffled"), rows)


def test_there_are_many_recipes_each_with_another_question() -> None:
    assert len(NAMES) >= 20
    assert len({each.question for each in recipes()}) == len(NAMES)


@pytest.mark.parametrize("name", NAMES)
def test_a_recipe_asks_a_question_and_warns(name: str) -> None:
    found = recipe(name)
    assert found.question.endswith("?")
    assert len(found.grain) > 5
    assert len(found.beware) > 20


@pytest.mark.parametrize("name", NAMES)
def test_a_recipe_gives_the_columns_of_its_header(published: Path, name: str) -> None:
    with reading(published) as connection:
        assert tuple(connection.sql(recipe(name).sql).columns) == recipe(name).columns


@pytest.mark.parametrize("name", NAMES)
def test_a_recipe_does_not_depend_on_the_order_of_rows(published: Path, shuffled: Path, name: str) -> None:
    with reading(published) as one, reading(shuffled) as other:
        rows = one.execute(recipe(name).sql).fetchall()
        assert rows == other.execute(recipe(name).sql).fetchall()
    assert rows, "the small hub should hold something to answer every question with"


@pytest.mark.parametrize("name", NAMES)
def test_a_recipe_names_its_columns_and_orders_its_rows(name: str) -> None:
    (tree,) = sqlglot.parse(recipe(name).sql, dialect="duckdb")
    assert isinstance(tree, exp.Select)
    assert tree.args.get("order"), "the answer must have an order"
    assert not tree.find(exp.Star, exp.Placeholder) or all(
        isinstance(star.parent, exp.Count) for star in tree.find_all(exp.Star)
    )
    assert not tree.find(exp.CurrentDate, exp.CurrentTimestamp, exp.Rand)


def test_recipes_answer_what_they_ask(published: Path) -> None:
    def first(name: str) -> dict[str, object]:
        return run_recipe(published, name).frame.row(0, named=True)

    assert first("largest_families")["family_id"] == "deep/Base-1"
    assert first("most_derived_bases")["n_children"] == 13
    assert first("license_changes") == {
        "parent_license_id": "apache-2.0",
        "child_license_id": "mit",
        "n_edges": 1,
        "n_children_of_licence": 2,
        "edges_share": 0.5,
    }
    assert first("models_with_several_parents")["n_merge_parents"] == 2
    assert first("missing_parents")["parent_id"] == "gone/parent"
    assert first("time_inverted_edges")["child_id"] == "late/Base-1-old"
    assert first("cycles_cut")["child_id"] == "ring/a"
    assert first("failed_checks")["check_name"] == "not modified before it was created"
    assert first("removed_models")["model_id"] == "solo/=cmd"
    assert first("downloads_behind_roots") == {
        "root_id": "deep/Base-1",
        "n_models": 6,
        "root_downloads_30d": 900,
        "others_downloads_30d": 1253,
        "others_share": 1253 / 2153,
    }


def test_limits_apply_to_recipes(published: Path) -> None:
    assert run_recipe(published, "languages_declared", limits=Limits(rows=1)).is_truncated


def test_an_unknown_recipe_is_not_found_and_the_nearest_is_proposed() -> None:
    with pytest.raises(NotFound, match="no such recipe: largest_family") as raised:
        recipe("largest_family")
    assert "largest_families" in raised.value.hint
    with pytest.raises(NotFound):
        recipe("../query/model_named")
