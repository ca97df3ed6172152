"""What a model declares, and each reason to doubt a verdict: set where it holds, and taken off the confidence."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import pytest
from licensed import TABLES, edge, judged, record, verdict_of

FACTOR = dict(TABLES.doubts.select("doubt", "factor").iter_rows())


@pytest.mark.parametrize(
    ("values", "state", "understood"),
    [
        ({"license_ids": ["mit"]}, "known", ["mit"]),
        ({"license_ids": []}, "absent", []),
        ({"license_ids": [], "has_license_key": True}, "null", []),
        ({"license_ids": ["unknown"]}, "unknown", []),
        ({"license_ids": ["other"]}, "other", []),
        ({"license_ids": ["other"], "license_name": "my-own-1.0"}, "other", []),
        ({"license_ids": ["???"]}, "unrecognised", []),
        ({"license_ids": ["license"]}, "placeholder", []),
        ({"license_ids": ["apache-2"]}, "known", ["apache-2.0"]),
        ({"license_ids": ["cc by-sa 4.0"]}, "known", ["cc-by-sa-4.0"]),
        ({"license_ids": ["gpl-3.0-only"]}, "known", ["gpl-3.0"]),
        ({"license_ids": ["mit license"]}, "known", ["mit"]),
        ({"license_ids": ["other"], "license_name": "CC BY-NC 4.0"}, "known", ["cc-by-nc-4.0"]),
        ({"license_ids": ["other"], "license_name": "Llama-3"}, "known", ["llama3"]),
        ({"license_ids": ["other"], "license_name": "Tongyi-Qianwen-License-Agreement"}, "known", ["tongyi-qianwen"]),
        ({"license_ids": ["other"], "license_name": "deepseek-license"}, "known", ["deepseek"]),
        ({"license_ids": ["other"], "license_name": "cc-by-4.0"}, "known", ["cc-by-4.0"]),
        ({"license_ids": ["other"], "license_link": "https://ai.google.dev/gemma/terms"}, "known", ["gemma"]),
        ({"license_ids": ["other"], "license_link": "LICENSE"}, "other", []),
        ({"license_ids": ["llama2", "other"]}, "known", ["llama2"]),
        ({"license_ids": ["mit"], "license_name": "llama-3"}, "known", ["mit"]),
    ],
)
def test_states_of_a_licence_are_told_apart(values: dict[str, Any], state: str, understood: list[str]) -> None:
    child = {**record("b/child", "mit"), "has_license_key": False, **values}
    row = verdict_of(judged([record("a/base", "mit"), child], [edge("a/base", "b/child")]), "b/child", "a/base")
    assert (row["child_license_state"], row["child_license_ids"]) == (state, understood)
    assert (row["verdict"] == "unknown") == (not understood)


def doubted(base: dict[str, Any], child: dict[str, Any], **values: Any) -> dict[str, Any]:
    found = judged([base, child], [edge(base["model_id"], child["model_id"], **values)])
    return verdict_of(found, child["model_id"], base["model_id"])


BASE, CHILD = record("meta/Llama-2", "llama2"), record("ann/poems", "mit")
DOUBTS = [
    ("alias_resolved", BASE, record("ann/poems", "apache-2"), {}),
    ("ambiguous_family_id", record("a/base", "gpl"), CHILD, {}),
    ("child_license_by_generator", BASE, record("ann/poems", "apache-2.0", generator_tags=["unsloth"]), {}),
    ("child_older_than_parent", BASE, CHILD, {"is_time_inverted": True}),
    ("child_without_weights", BASE, record("ann/poems", "mit", has_weights=False), {}),
    ("no_weights_pass", BASE, CHILD, {"is_weight_inheriting": False}),
    ("weights_may_not_pass", BASE, CHILD, {"is_weight_inheriting": None}),
    ("license_id_not_yet_listed", BASE, record("ann/poems", "mit", created_at=datetime(2023, 7, 1)), {}),
    ("license_id_not_yet_listed", BASE, record("ann/poems", "mit", last_modified_at=datetime(2023, 7, 20)), {}),
    ("license_name_disagrees", BASE, record("ann/poems", "apache-2.0", license_name="yi-license"), {}),
    ("license_name_disagrees", record("a/base", "gpl-3.0", license_name="llama-3"), CHILD, {}),
    ("maybe_no_derivative", BASE, CHILD, {"relation": "adapter"}),
    ("on_cycle", BASE, CHILD, {"is_cut": True}),
    ("parent_from_text", BASE, CHILD, {"is_declared": False}),
    ("relation_disputed", BASE, CHILD, {"is_relation_disputed": True}),
    ("relation_inferred", BASE, CHILD, {"relation_source": "inferred"}),
    ("repaired_id", BASE, CHILD, {"is_repaired": True}),
    ("same_owner", BASE, record("Meta/poems", "mit"), {}),
    ("several_licenses", BASE, record("ann/poems", "mit", "apache-2.0"), {}),
    ("source_license_by_generator", record("a/base", "openrail++", generator_tags=["dreambooth"]), CHILD, {}),
    ("source_name_disagrees", record("a/llama-3-8b", "llama2"), CHILD, {}),
    ("source_name_disagrees", record("a/gemma-7b", "llama2"), CHILD, {}),
    ("source_gated", record("meta/Llama-2", "llama2", is_gated=True), CHILD, {}),
    ("source_removed", record("meta/Llama-2", "llama2", is_removed=True), CHILD, {}),
    ("upstream_several_licenses", record("meta/Llama-2", "llama2", "mit"), CHILD, {}),
]


@pytest.mark.parametrize(("doubt", "base", "child", "values"), DOUBTS)
def test_a_doubt_is_named_and_lowers_the_confidence(
    doubt: str, base: dict[str, Any], child: dict[str, Any], values: dict[str, Any]
) -> None:
    row = doubted(base, child, **values)
    assert (row["verdict"], row["doubts"]) == ("conflict", [doubt])
    rule = next(each for each in TABLES.rules.iter_rows(named=True) if each["rule_id"] == row["rule_id"])
    assert row["confidence"] == pytest.approx(rule["confidence"] * FACTOR[doubt], abs=1e-3)


def test_a_plain_conflict_has_no_doubts() -> None:
    assert doubted(BASE, CHILD)["doubts"] == []


def test_every_doubt_of_the_table_is_tried() -> None:
    on_the_way = {"ancestor_without_license", "intermediate_says_otherwise", "intermediate_without_license"}
    assert {case[0] for case in DOUBTS} | on_the_way == set(FACTOR)


def test_doubts_about_a_flag_are_no_doubts_about_what_is_in_order() -> None:
    early = record("meta/llama-2-poems", "llama2", last_modified_at=datetime(2023, 7, 20))
    assert doubted(BASE, early, relation="quantized")["doubts"] == []


@pytest.mark.parametrize("name", ["Apache 2.0", "apache-2.0", "Apache-2", None])
def test_a_licence_beside_its_own_name_is_not_doubted(name: str | None) -> None:
    assert doubted(BASE, record("ann/poems", "apache-2.0", license_name=name))["doubts"] == []


def test_names_that_only_resemble_say_nothing() -> None:
    for name in ("huggyllama/llama-30b", "a/llama-2.1", "a/ollama", "a/Llama2-7b"):
        assert doubted(record(name, "llama2"), CHILD)["doubts"] == [], name


def test_doubts_multiply() -> None:
    row = doubted(record("a/llama-3", "llama2"), record("a/poems", "mit"), is_repaired=True)
    assert row["doubts"] == ["repaired_id", "same_owner", "source_name_disagrees"]
    assert row["confidence"] == pytest.approx(0.9 * 0.95 * 0.6 * 0.4, abs=1e-3)
