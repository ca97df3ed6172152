"""What models are to one another, and what hangs on one."""

from __future__ import annotations

from pathlib import Path

import pytest
from small_hub import publish
from small_hub_rows import edge, model

from pipelines.query.kinship import impact, kinship
from warehouse.errors import NotFound

DOWNLOADS = {"grand": 1, "parent": 10, "one": 100, "two": 1000, "deep": None, "other": 5, "merged": 7, "alone": 9}


@pytest.fixture(scope="module")
def family(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """grand -> parent -> (one, two); one -> deep; a merge joins two and lonely's child."""
    rows = {
        "models": [model(f"o/{name}", downloads_30d=downloads) for name, downloads in DOWNLOADS.items()],
        "edges": [
            edge("o/grand", "o/parent"),
            edge("o/parent", "o/one"),
            edge("o/parent", "o/two"),
            edge("o/one", "o/deep"),
            edge("o/two", "o/merged", "merge"),
            edge("o/other", "o/merged", "merge"),
            edge("o/deep", "o/grand", is_cut=True),
        ],
    }
    return publish(tmp_path_factory.mktemp("kin"), rows)


KINDS = [
    ("o/one", "o/one", "same", ("o/one",)),
    ("o/grand", "o/deep", "ancestor", ("o/grand", "o/parent", "o/one", "o/deep")),
    ("o/deep", "o/grand", "descendant", ("o/grand", "o/parent", "o/one", "o/deep")),
    ("o/one", "o/two", "sibling", ("o/one", "o/parent", "o/two")),
    ("o/deep", "o/two", "same_family", ("o/deep", "o/one", "o/parent", "o/two")),
    ("o/grand", "o/other", "same_family", ("o/grand", "o/parent", "o/two", "o/merged", "o/other")),
    ("o/two", "o/other", "same_family", ("o/two", "o/merged", "o/other")),
    ("o/one", "o/alone", "unrelated", ()),
]


@pytest.mark.parametrize(("first", "second", "kind", "path"), KINDS)
def test_each_kind_of_kinship_is_told_with_its_path(
    family: Path, first: str, second: str, kind: str, path: tuple[str, ...]
) -> None:
    found = kinship(family, first, second)
    assert (found.kind, found.path) == (kind, path)


def test_kinship_is_asked_in_any_case_and_answers_in_the_hubs_own(family: Path) -> None:
    assert kinship(family, "O/ONE", "O/Two").path == ("o/one", "o/parent", "o/two")


def test_an_unknown_model_gets_the_nearest_names(family: Path) -> None:
    with pytest.raises(NotFound, match="no such model: o/paren") as caught:
        kinship(family, "o/one", "o/paren")
    assert "o/parent" in caught.value.hint


def test_impact_counts_every_descendant_once_with_downloads_at_stake(family: Path) -> None:
    found = impact(family, "o/parent")
    assert (found.n_children, found.n_descendants, found.downloads_at_stake, found.n_downloads_unknown) == (2, 4, 1107, 1)
    assert found.descendants["model_id"].to_list() == ["o/two", "o/one", "o/merged", "o/deep"]


def test_nothing_hangs_on_a_leaf(family: Path) -> None:
    found = impact(family, "o/alone")
    assert (found.n_descendants, found.downloads_at_stake) == (0, 0)
