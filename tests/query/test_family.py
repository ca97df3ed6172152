"""A model's relatives, and the drawings made of them."""

from __future__ import annotations

import json
from pathlib import Path
from tempfile import TemporaryDirectory

import networkx as nx
import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from small_hub import publish
from small_hub_rows import edge, model

from pipelines import lineage
from pipelines.lineage.tree import Relatives
from pipelines.query import family_tree
from pipelines.query.family import relatives
from pipelines.query.tree import tree_dot, tree_json
from pipelines.query.tree_text import DEEPEST, tree_text
from warehouse.errors import NotFound, UsageError


def sides(family: Relatives) -> dict[str, tuple[str, int]]:
    return {name: (side, distance) for name, side, distance in family.nodes.select("model_id", "side", "distance").rows()}


def test_ancestors_and_descendants_are_found_with_their_distance(published: Path) -> None:
    assert sides(relatives(published, "mila/base-1-chat")) == {
        "mila/base-1-chat": ("self", 0),
        "deep/Base-1": ("ancestor", 1),
        "mix/twins": ("descendant", 1),
        "q/base-1-chat-GGUF": ("descendant", 1),
    }


def test_siblings_and_the_other_parents_of_children_are_no_relatives(published: Path) -> None:
    family = relatives(published, "mila/base-1-chat")
    assert "odd/base-1-lora" not in sides(family)
    assert ("odd/base-1-lora", "mix/twins") not in family.edges.select("parent_id", "child_id").rows()


def test_depth_bounds_both_directions(published: Path) -> None:
    assert set(sides(relatives(published, "mix/twins", depth=1))) == {"mix/twins", "mila/base-1-chat", "odd/base-1-lora"}
    assert set(sides(relatives(published, "deep/Base-1", depth=0))) == {"deep/Base-1"}
    assert relatives(published, "deep/Base-1", depth=0).edges.is_empty()


def test_any_case_finds_the_model(published: Path) -> None:
    assert "deep/Base-1" in sides(relatives(published, "DEEP/base-1", depth=0))


def test_a_placeholder_can_be_asked_for(published: Path) -> None:
    family = relatives(published, "gone/Parent")
    assert sides(family) == {"gone/parent": ("self", 0), "lost/child": ("descendant", 1)}
    assert family.nodes["is_listed"].to_list() == [False, True]


def test_a_model_without_relatives_stands_alone(published: Path) -> None:
    assert sides(relatives(published, "solo/=cmd")) == {"solo/=cmd": ("self", 0)}


@pytest.mark.parametrize(("asked", "proposed"), [("other/base-1-chat", "mila/base-1-chat"), ("deep/Bse-1", "deep/Base-1")])
def test_an_unknown_model_is_not_found_and_the_nearest_is_proposed(published: Path, asked: str, proposed: str) -> None:
    with pytest.raises(NotFound, match=f"no such model: {asked}") as raised:
        relatives(published, asked)
    assert raised.value.hint.startswith(f"did you mean {proposed}")


def test_an_unknown_model_far_from_all_others_gets_the_form_of_an_id(published: Path) -> None:
    with pytest.raises(NotFound) as raised:
        relatives(published, "%%%")
    assert "owner/name" in raised.value.hint


def test_a_negative_depth_is_a_usage_error(published: Path) -> None:
    with pytest.raises(UsageError, match="depth of -1"):
        relatives(published, "deep/Base-1", depth=-1)


def test_a_cycle_that_nobody_cut_still_ends(tmp_path: Path) -> None:
    rows = {"models": [model("r/a"), model("r/b")], "edges": [edge("r/a", "r/b"), edge("r/b", "r/a")]}
    database = publish(tmp_path, rows)
    assert set(sides(relatives(database, "r/a"))) == {"r/a", "r/b"}
    assert "r/b" in tree_text(family_tree(database, "r/a"))


@pytest.fixture
def doubtful(tmp_path: Path) -> nx.DiGraph:
    """A base with a declared, an inferred and two unsure children."""
    rows = {
        "models": [model("r/base"), *(model(f"r/{name}") for name in ("told", "guessed", "weak", "written"))],
        "edges": [
            edge("r/base", "r/told"),
            edge("r/base", "r/guessed", None),
            edge("r/base", "r/weak", None, relation_confidence=0.5, relation_rule="several_parents"),
            edge("r/base", "r/written", None, is_declared=False, evidence_sources=["card_text"]),
        ],
    }
    return family_tree(publish(tmp_path, rows), "r/base")


def test_the_terminal_marks_inferred_and_unsure_relations_and_explains_the_marks(doubtful: nx.DiGraph) -> None:
    lines = tree_text(doubtful).splitlines()
    drawn = {line.split(": ")[1].split(" ")[0]: line.split(": ")[0].split(" ")[1] for line in lines if "─ " in line}
    assert drawn == {"r/told": "finetune", "r/guessed": "finetune?", "r/weak": "finetune??", "r/written": "finetune??"}
    assert [line.split("  ")[0] for line in lines[-2:]] == ["?", "??"]


def test_graphviz_text_marks_them_too_and_dashes_the_unsure_ones(doubtful: nx.DiGraph) -> None:
    text = tree_dot(doubtful)
    assert '"r/base" -> "r/told" [label="finetune"];' in text
    assert '"r/base" -> "r/guessed" [label="finetune?"];' in text
    assert '"r/base" -> "r/weak" [label="finetune??", style=dashed];' in text
    assert '"r/base" -> "r/written" [label="finetune??", style=dashed];' in text
    [legend] = [line for line in text.splitlines() if line.startswith("  label=")]
    assert "?  the relation is inferred" in legend
    assert "(dashed arrow)" in legend
    assert "dashed box" not in legend


def test_json_says_what_is_inferred_and_unsure(doubtful: nx.DiGraph) -> None:
    document = json.loads(tree_json(doubtful))
    marks = {each["child_id"]: (each["relation_source"], each["is_unsure"]) for each in document["edges"]}
    assert marks == {
        "r/told": ("declared", False),
        "r/guessed": ("inferred", False),
        "r/weak": ("inferred", True),
        "r/written": ("inferred", True),
    }
    assert set(document["legend"]) == {"relation_source inferred", "is_unsure", "is_listed false"}


def test_a_drawing_without_doubts_has_no_legend(tmp_path: Path) -> None:
    rows = {"models": [model("r/a"), model("r/b")], "edges": [edge("r/a", "r/b")]}
    graph = family_tree(publish(tmp_path, rows), "r/a")
    assert "label=" not in "".join(line for line in tree_dot(graph).splitlines() if line.startswith("  label"))
    assert tree_text(graph).splitlines()[-1].endswith("0 downloads")


def test_a_placeholder_is_explained_in_graphviz_text(published: Path) -> None:
    assert "dashed box: no listing holds this model" in tree_dot(family_tree(published, "lost/child"))


@settings(max_examples=5, deadline=None)
@given(st.sets(st.tuples(st.integers(0, 9), st.integers(0, 9)), max_size=25), st.integers(0, 9))
def test_relatives_are_those_that_networkx_finds(pairs: set[tuple[int, int]], asked: int) -> None:
    """Edges run from a smaller to a larger number; those against it are the cut ones."""
    rows = {
        "models": [model(f"m/{number}") for number in range(10)],
        "edges": [edge(f"m/{a}", f"m/{b}", is_cut=a > b) for a, b in pairs if a != b],
    }
    graph = nx.DiGraph((f"m/{a}", f"m/{b}") for a, b in pairs if a < b)
    graph.add_nodes_from(f"m/{number}" for number in range(10))
    with TemporaryDirectory() as folder:
        family = relatives(publish(Path(folder), rows), f"m/{asked}")
    above = nx.single_source_shortest_path_length(graph.reverse(), f"m/{asked}")
    below = nx.single_source_shortest_path_length(graph, f"m/{asked}")
    expected = {name: ("ancestor", steps) for name, steps in above.items()}
    expected |= {name: ("descendant", steps) for name, steps in below.items()}
    assert sides(family) == expected | {f"m/{asked}": ("self", 0)}
    kept = {(a, b) for a, b in graph.edges if (a in above and b in above) or (a in below and b in below)}
    assert set(family.edges.select("parent_id", "child_id").rows()) == kept


def drawn(database: Path, model_id: str, max_children: int = 20, depth: int | None = None) -> list[str]:
    graph = family_tree(database, model_id, depth=depth)
    return tree_text(graph, depth=depth, max_children=max_children).splitlines()


def test_a_tree_shows_children_by_downloads_and_merges_once(published: Path) -> None:
    assert drawn(published, "deep/Base-1") == [
        "Descendants (5)",
        "deep/Base-1 ◀ · apache-2.0 · 900 downloads",
        "├─ adapter: odd/base-1-lora · mit · 700 downloads",
        "│  └─ merge: mix/twins · no licence declared · 50 downloads",
        "├─ finetune: mila/base-1-chat · apache-2.0 · 500 downloads",
        "│  ├─ merge: mix/twins · no licence declared · 50 downloads",
        "│  └─ quantized: q/base-1-chat-GGUF · no licence declared",
        "└─ finetune: late/Base-1-old · no licence declared · 3 downloads · older than its parent",
    ]


def test_ancestors_stand_above_the_model_down_from_their_roots(published: Path) -> None:
    assert drawn(published, "mix/twins") == [
        "Ancestors (3)",
        "deep/Base-1 · apache-2.0 · 900 downloads",
        "├─ adapter: odd/base-1-lora · mit · 700 downloads",
        "│  └─ merge: mix/twins ◀ · no licence declared · 50 downloads",
        "└─ finetune: mila/base-1-chat · apache-2.0 · 500 downloads",
        "   └─ merge: mix/twins ◀ · no licence declared · 50 downloads",
        "",
        "No descendants",
        "mix/twins ◀ · no licence declared · 50 downloads",
    ]


def test_parents_outside_the_drawing_are_counted(published: Path) -> None:
    assert any("mix/twins" in line and "1 parent elsewhere" in line for line in drawn(published, "mila/base-1-chat"))


def test_a_depth_says_where_it_cut(published: Path) -> None:
    assert drawn(published, "deep/Base-1", depth=1)[3].endswith("500 downloads · 2 children not drawn")


def test_many_children_are_cut_and_counted(tmp_path: Path) -> None:
    rows = {
        "models": [model("a/base"), *(model(f"b/{number:03d}", downloads_30d=number) for number in range(30))],
        "edges": [edge("a/base", f"b/{number:03d}") for number in range(30)],
    }
    lines = drawn(publish(tmp_path, rows), "a/base", max_children=2)
    assert lines[2:] == [
        "├─ finetune: b/029 · no licence declared · 29 downloads",
        "├─ finetune: b/028 · no licence declared · 28 downloads",
        "└─ … and 28 more (use --max-children)",
    ]


def test_a_model_with_children_and_two_parents_is_drawn_out_once(tmp_path: Path) -> None:
    rows = {
        "models": [model(name) for name in ("t/top", "t/left", "t/right", "t/both", "t/end")],
        "edges": [
            edge("t/top", "t/left"),
            edge("t/top", "t/right"),
            edge("t/left", "t/both", "merge"),
            edge("t/right", "t/both", "merge"),
            edge("t/both", "t/end"),
        ],
    }
    lines = drawn(publish(tmp_path, rows), "t/top")
    assert sum("t/end" in line for line in lines) == 1
    assert [line.endswith("(drawn above)") for line in lines if "t/both" in line] == [False, True]


def chain(length: int, asked: int) -> nx.DiGraph:
    """A chain of models m/0 -> m/1 -> … as seen from one of them."""
    names = [f"m/{number}" for number in range(length)]
    edges = pl.DataFrame({"parent_id": names[:-1], "child_id": names[1:]})
    return lineage.family_tree(names[asked], models=pl.DataFrame({"model_id": names}), edges=edges)


def test_a_chain_is_drawn_to_the_deepest_generation_and_says_that_it_goes_on() -> None:
    lines = tree_text(chain(3000, 0)).splitlines()
    assert len(lines) == DEEPEST + 3
    assert f"m/{DEEPEST} " in lines[-2]
    assert "goes on below" in lines[-1]
    assert "goes on" not in tree_text(chain(DEEPEST + 1, 0))


def test_the_nearest_ancestors_of_a_chain_are_drawn_and_the_others_counted() -> None:
    lines = tree_text(chain(3000, 2999)).splitlines()
    assert lines[0] == "Ancestors (2,999)"
    assert lines[1].startswith(f"… {2999 - DEEPEST:,} further up")
    assert f"m/{2999 - DEEPEST} " in lines[2]
    assert any("m/2999 ◀" in line for line in lines)


def test_json_holds_nodes_and_edges(published: Path) -> None:
    document = json.loads(tree_json(family_tree(published, "mix/twins")))
    assert document["model_id"] == "mix/twins"
    assert len(document["nodes"]) == 4
    pairs = {(each["parent_id"], each["child_id"], each["relation"]) for each in document["edges"]}
    assert ("odd/base-1-lora", "mix/twins", "merge") in pairs
    assert len(pairs) == 4


def test_dot_escapes_what_graphviz_would_read() -> None:
    models = pl.DataFrame({"model_id": ['a/"\\N\n'], "license_id": ["mit"]})
    none = pl.DataFrame(schema={"parent_id": pl.String, "child_id": pl.String})
    graph = lineage.family_tree('a/"\\N\n', models=models, edges=none)
    line = tree_dot(graph).splitlines()[3]
    assert line == '  "a/\\"\\\\N\ufffd" [label="a/\\"\\\\N\ufffd (mit)", style="filled,bold"];'


def test_dot_names_the_relation_on_each_edge(published: Path) -> None:
    text = tree_dot(family_tree(published, "mila/base-1-chat"))
    assert '"mila/base-1-chat" -> "mix/twins" [label="merge"];' in text
    assert text.count("->") == 3
    assert text.endswith("}\n")
