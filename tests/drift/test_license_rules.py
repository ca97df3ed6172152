"""Every rule of the table speaks where it should, and is silent next to it."""

from __future__ import annotations

from itertools import product

import polars as pl
import pytest
from licensed import BOOK, TABLES, chain, edge, judged, record, verdict_of

from pipelines.drift.licences.declared import STATES
from pipelines.drift.licences.rulebook import OBLIGATIONS, VERDICTS
from warehouse import codes
from warehouse.contract.column import VOCABULARIES

# rule, verdict, (licence upstream, child's licence) where it speaks, and where another of its group speaks or none
CASES = [
    ("AGPL-1", "compatible", ("agpl-3.0", "agpl-3.0"), ("agpl-3.0", "gpl-3.0")),
    ("AGPL-2", "needs_review", ("agpl-3.0", "gpl-3.0"), ("agpl-3.0", "mit")),
    ("AGPL-3", "conflict", ("agpl-3.0", "mit"), ("agpl-3.0", "agpl-3.0")),
    ("BESPOKE-1", "compatible", ("falcon-llm-license", "falcon-llm-license"), ("falcon-llm-license", "mit")),
    ("BESPOKE-2", "needs_review", ("stabilityai-ai-community", "cc-by-nc-4.0"), ("stabilityai-ai-community", "mit")),
    ("BESPOKE-3", "conflict", ("grok2-community", "mit"), ("grok2-community", "gemma")),
    ("BYSA-1", "compatible", ("cc-by-sa-3.0", "cc-by-sa-4.0"), ("cc-by-sa-4.0", "cc-by-sa-3.0")),
    ("BYSA-2", "compatible", ("cc-by-sa-4.0", "gpl-3.0"), ("cc-by-sa-3.0", "gpl-3.0")),
    ("BYSA-3", "needs_review", ("cc-by-sa-4.0", "cc-by-sa-3.0"), ("cc-by-sa-4.0", "apache-2.0")),
    ("BYSA-4", "conflict", ("cc-by-sa-4.0", "apache-2.0"), ("cc-by-sa-4.0", "cc-by-sa-4.0")),
    ("CC-1", "unknown", ("cc", "mit"), ("cc-by-4.0", "mit")),
    ("CREDIT-1", "compatible", ("cc-by-4.0", "mit"), ("mit", "cc-by-4.0")),
    ("DATA-1", "compatible", ("odbl", "odbl"), ("odbl", "mit")),
    ("DATA-2", "needs_review", ("cdla-sharing-1.0", "mit"), ("cdla-permissive-1.0", "mit")),
    ("EUPL-1", "compatible", ("eupl-1.1", "eupl-1.2"), ("eupl-1.2", "eupl-1.1")),
    ("EUPL-2", "needs_review", ("eupl-1.1", "gpl-3.0"), ("eupl-1.1", "mit")),
    ("EUPL-3", "conflict", ("eupl-1.1", "mit"), ("eupl-1.1", "eupl-1.1")),
    ("GEMMA-1", "compatible", ("gemma", "gemma"), ("gemma", "llama3")),
    ("GEMMA-2", "needs_review", ("gemma", "llama3"), ("gemma", "mit")),
    ("GEMMA-3", "conflict", ("gemma", "mit"), ("mit", "gemma")),
    ("GFDL-1", "compatible", ("gfdl", "gfdl"), ("gfdl", "gpl-3.0")),
    ("GFDL-2", "conflict", ("gfdl", "mit"), ("gfdl", "gfdl")),
    ("GPL-1", "compatible", ("gpl", "gpl"), ("gpl", "gpl-3.0")),
    ("GPL-2", "needs_review", ("gpl", "gpl-3.0"), ("gpl", "mit")),
    ("GPL-3", "conflict", ("gpl", "mit"), ("gpl", "gpl")),
    ("GPL2-1", "compatible", ("gpl-2.0", "gpl-2.0"), ("gpl-2.0", "gpl-3.0")),
    ("GPL2-2", "needs_review", ("gpl-2.0", "gpl-3.0"), ("gpl-2.0", "mit")),
    ("GPL2-3", "conflict", ("gpl-2.0", "mit"), ("gpl-2.0", "gpl")),
    ("GPL3-1", "compatible", ("gpl-3.0", "gpl-3.0"), ("gpl-3.0", "agpl-3.0")),
    ("GPL3-2", "compatible", ("gpl-3.0", "agpl-3.0"), ("gpl-3.0", "gpl-2.0")),
    ("GPL3-3", "needs_review", ("gpl-3.0", "gpl-2.0"), ("gpl-3.0", "mit")),
    ("GPL3-4", "conflict", ("gpl-3.0", "mit"), ("mit", "gpl-3.0")),
    ("LLAMA-1", "compatible", ("llama2", "llama2"), ("llama2", "llama3")),
    ("LLAMA-2", "needs_review", ("llama2", "llama3"), ("llama2", "gemma")),
    ("LLAMA-3", "needs_review", ("llama2", "cc-by-nc-4.0"), ("llama2", "apache-2.0")),
    ("LLAMA-4", "conflict", ("llama2", "apache-2.0"), ("apache-2.0", "llama2")),
    ("NC-1", "compatible", ("cc-by-nc-4.0", "cc-by-nc-sa-4.0"), ("cc-by-nc-4.0", "apache-2.0")),
    ("NC-2", "unknown", ("cc-by-nc-4.0", "cc"), ("cc-by-nc-4.0", "cc-by-4.0")),
    ("NC-3", "conflict", ("cc-by-nc-4.0", "llama2"), ("cc-by-nc-4.0", "apache-2.0")),
    ("NC-4", "conflict", ("cc-by-nc-4.0", "apache-2.0"), ("cc-by-4.0", "apache-2.0")),
    ("NCSA-1", "compatible", ("cc-by-nc-sa-3.0", "cc-by-nc-sa-4.0"), ("cc-by-nc-sa-4.0", "cc-by-nc-4.0")),
    ("NCSA-2", "needs_review", ("cc-by-nc-sa-4.0", "cc-by-nc-sa-3.0"), ("cc-by-nc-sa-4.0", "cc-by-nc-4.0")),
    ("NCSA-3", "conflict", ("cc-by-nc-sa-4.0", "cc-by-nc-4.0"), ("cc-by-nc-4.0", "cc-by-nc-sa-4.0")),
    ("NOTICE-1", "compatible", ("wtfpl", "mit"), ("mit", "wtfpl")),
    ("NOTICE-2", "needs_review", ("apache-2.0", "gpl-2.0"), ("apache-2.0", "gpl-3.0")),
    ("NOTICE-3", "compatible", ("apache-2.0", "mit"), ("cc0-1.0", "mit")),
    ("OSL-1", "compatible", ("osl-3.0", "osl-3.0"), ("osl-3.0", "mit")),
    ("OSL-2", "conflict", ("osl-3.0", "mit"), ("osl-3.0", "osl-3.0")),
    ("PUBLIC-1", "compatible", ("cc0-1.0", "cc-by-nc-4.0"), ("cc-by-4.0", "cc0-1.0")),
    ("QWEN-1", "compatible", ("qwen", "qwen"), ("qwen", "tongyi-qianwen")),
    ("QWEN-2", "needs_review", ("qwen", "tongyi-qianwen"), ("qwen", "mit")),
    ("QWEN-3", "conflict", ("tongyi-qianwen", "apache-2.0"), ("apache-2.0", "tongyi-qianwen")),
    ("RAIL-1", "compatible", ("openrail++", "openrail++"), ("openrail++", "creativeml-openrail-m")),
    ("RAIL-2", "needs_review", ("openrail++", "creativeml-openrail-m"), ("openrail++", "mit")),
    ("RAIL-3", "needs_review", ("deepseek", "cc-by-nc-4.0"), ("deepseek", "mit")),
    ("RAIL-4", "conflict", ("bigscience-bloom-rail-1.0", "mit"), ("mit", "bigscience-bloom-rail-1.0")),
    ("RESEARCH-1", "compatible", ("apple-amlr", "apple-amlr"), ("apple-amlr", "cc-by-nc-4.0")),
    ("RESEARCH-2", "needs_review", ("h-research", "cc-by-nc-4.0"), ("h-research", "mit")),
    ("RESEARCH-3", "conflict", ("intel-research", "mit"), ("intel-research", "intel-research")),
    ("WEAK-1", "compatible", ("epl-1.0", "epl-2.0"), ("epl-2.0", "epl-1.0")),
    ("WEAK-2", "compatible", ("lgpl-2.1", "gpl-2.0"), ("lgpl-3.0", "gpl-2.0")),
    ("WEAK-3", "compatible", ("lgpl-3.0", "gpl-3.0"), ("mpl-2.0", "gpl-3.0")),
    ("WEAK-4", "needs_review", ("mpl-2.0", "mit"), ("mpl-2.0", "mpl-2.0")),
]


def said(upstream: str, child: str, reach: str = "finetune", has_prefix: bool = True) -> dict[str, str]:
    """Rule -> verdict."""
    return {rule.rule_id: rule.verdict for rule in BOOK.judge(upstream, [child], reach=reach, has_prefix=has_prefix)}


@pytest.mark.parametrize(("rule", "verdict", "speaks", "silent"), CASES, ids=[case[0] for case in CASES])
def test_a_rule_speaks_where_it_should_and_not_beside(
    rule: str, verdict: str, speaks: tuple[str, str], silent: tuple[str, str]
) -> None:
    assert said(*speaks)[rule] == verdict
    assert rule not in said(*silent)


def test_a_copy_in_another_format_may_be_no_adaptation_and_a_finetune_is() -> None:
    assert said("cc-by-nd-4.0", "cc-by-nd-4.0", "quantized") == {"ND-1": "needs_review"}
    assert said("cc-by-nd-4.0", "cc-by-nd-4.0", "adapter") == {"ND-2": "needs_review"}
    assert said("cc-by-nd-4.0", "cc-by-nd-4.0", "finetune") == {"ND-3": "conflict"}
    assert said("cc-by-nc-nd-4.0", "mit", "finetune") == {"ND-3": "conflict", "NC-4": "conflict"}
    assert not {"ND-1", "ND-2", "ND-3"} & set(said("cc-by-4.0", "mit", "quantized"))


def test_llama_3_asks_for_a_name_and_llama_2_for_none() -> None:
    assert said("llama3", "llama3", has_prefix=False) == {"LLAMA-1": "compatible", "NAME-1": "needs_review"}
    assert said("llama3", "llama3") == {"LLAMA-1": "compatible"}
    assert said("llama3.1", "llama3.1", has_prefix=False) == {"LLAMA-1": "compatible", "NAME-2": "needs_review"}
    assert said("llama3.1", "llama3.1") == {"LLAMA-1": "compatible"}
    assert said("llama2", "llama2", has_prefix=False) == {"LLAMA-1": "compatible"}


@pytest.mark.parametrize(
    ("upstream", "name", "is_flagged"),
    [
        ("llama3", "ann/Llama-3-8B-poems", False),
        ("llama3", "ann/LLAMA_3.poems", False),
        ("llama3", "llama-3/poems", True),
        ("llama3", "ann/Meta-Llama-3-8B", True),
        ("llama3", "ann/Llama-2-poems", True),
        ("llama3.2", "ann/llama-poems", False),
        ("llama3.2", "ann/poems-llama", True),
        ("llama2", "ann/poems", False),
    ],
)
def test_a_name_is_compared_by_its_last_part_without_case_and_separators(upstream: str, name: str, is_flagged: bool) -> None:
    found = chain(("meta/base", upstream), (name, upstream))
    assert verdict_of(found, name, "meta/base")["verdict"] == ("needs_review" if is_flagged else "compatible")
    assert (verdict_of(found, name, "meta/base")["obligation"] == "naming") == is_flagged


def test_a_parent_that_states_nothing_leaves_the_child_unknown() -> None:
    found = verdict_of(chain(("ann/base", None), ("ben/child", "mit")), "ben/child", "ann/base")
    assert (found["rule_id"], found["verdict"], found["parent_license_state"]) == ("STATE-1", "unknown", "absent")
    assert verdict_of(chain(("ann/base", "mit"), ("ben/child", "mit")), "ben/child", "ann/base")["rule_id"] != "STATE-1"


def test_parents_whose_licences_no_licence_honours_are_in_conflict_whatever_the_child_says() -> None:
    def merge(first: str, second: str, *declared: str) -> dict[str, object]:
        records = [record("a/one", first), record("b/two", second), record("c/both", *declared)]
        edges = [edge("a/one", "c/both", "merge"), edge("b/two", "c/both", "merge")]
        return verdict_of(judged(records, edges), "c/both")

    clash = merge("gpl-3.0", "cc-by-nc-4.0")
    assert (clash["rule_id"], clash["verdict"]) == ("MERGE-1", "conflict")
    assert (clash["source_license_id"], clash["against_license_id"]) == ("cc-by-nc-4.0", "gpl-3.0")
    assert clash["upstream_license_ids"] == ["cc-by-nc-4.0", "gpl-3.0"]
    assert merge("gpl-3.0", "apache-2.0", "gpl-3.0")["verdict"] == "compatible"
    assert merge("gpl-3.0", "apache-2.0")["verdict"] == "unknown"
    assert merge("cc-by-sa-4.0", "gpl-3.0", "gpl-3.0")["verdict"] == "compatible"
    assert merge("llama2", "apache-2.0", "apache-2.0")["rule_id"] == "LLAMA-4"


def test_every_rule_is_tried_and_every_licence_has_one() -> None:
    elsewhere = {"ND-1", "ND-2", "ND-3", "NAME-1", "NAME-2", "STATE-1", "MERGE-1"}
    assert {case[0] for case in CASES} | elsewhere == set(BOOK.rules)
    for name in BOOK.terms:
        assert BOOK.is_known(name) == (name not in ("other", "unknown"))
        if BOOK.is_known(name):
            assert BOOK.judge(name, [name])
            assert BOOK.judge(name, [])


def test_every_group_has_an_answer_for_every_licence_of_a_child() -> None:
    known = [name for name in BOOK.terms if BOOK.is_known(name)]
    duties = {name: {rule.group for rule in BOOK.judge(name, [])} for name in known}
    for upstream, child in product(known, known):
        assert {rule.group for rule in BOOK.judge(upstream, [child])} == duties[upstream], (upstream, child)


def test_the_same_licence_is_never_a_conflict_but_where_nothing_may_be_shared() -> None:
    for name in (name for name in BOOK.terms if BOOK.is_known(name)):
        gravest = BOOK.judge(name, [name])[0]
        assert gravest.verdict == "compatible" or gravest.obligation == "no_derivatives" or name == "cc", name


def test_several_licences_of_a_child_are_judged_by_the_strictest_and_left_to_a_person_where_they_differ() -> None:
    assert BOOK.judge("cc-by-nc-4.0", ["apache-2.0", "cc-by-nc-4.0"])[0].verdict == "needs_review"
    assert BOOK.judge("cc-by-nc-4.0", ["apache-2.0", "mit"])[0].verdict == "conflict"
    assert BOOK.judge("mit", ["apache-2.0", "llama2"])[0].verdict == "compatible"
    assert BOOK.judge("llama2", ["llama2", "mit"]) == BOOK.judge("llama2", ["mit", "llama2"])


def test_licences_that_fit_are_those_without_a_flaw() -> None:
    assert BOOK.fitting(["llama2", "apache-2.0"]) == ["llama2"]
    assert "mit" in BOOK.fitting(["apache-2.0"])
    assert BOOK.fitting(["apache-2.0"])[0] == "apache-2.0"
    assert BOOK.fitting(["cc-by-nd-4.0"]) == []
    assert BOOK.irreconcilable(["gpl-3.0", "apache-2.0", "llama2"]) == ("gpl-3.0", "llama2")
    assert BOOK.irreconcilable(["apache-2.0", "llama2"]) == ()


def test_the_words_of_the_tables_are_those_of_the_contract() -> None:
    rules = codes.frame("license_rules")
    assert set(rules["obligation"]) <= set(OBLIGATIONS)
    assert VOCABULARIES["obligation"] == OBLIGATIONS
    assert set(rules["verdict"]) <= set(VERDICTS)
    assert VOCABULARIES["verdict"] == VERDICTS
    assert VOCABULARIES["child_license_state"] == VOCABULARIES["parent_license_state"] == STATES
    assert rules["confidence"].is_between(0.5, 0.95).all()
    words = {word for name in ("license", "child") for cell in rules[name] for word in cell.split()}
    ids = {word for word in words if ":" not in word} - {"any", "same", "later", "family", "several-parents"}
    assert ids <= set(BOOK.terms)
    classes = {f"class:{name}" for name in codes.LICENSE_CLASSES}
    assert {word for word in words if ":" in word} <= classes | {f"commercial:{x}" for x in ("yes", "no", "limited", "unknown")}


def test_terms_aliases_and_generators_speak_of_licences_there_are() -> None:
    ids = set(codes.frame("licenses")["license_id"])
    assert set(codes.frame("license_terms")["license_id"]) == ids
    assert set(codes.frame("license_aliases")["license_id"]) <= ids
    assert {each for cell in codes.frame("tool_defaults")["default_license_ids"].drop_nulls() for each in cell.split()} <= ids
    assert codes.frame("license_doubts")["factor"].is_between(0.1, 0.99).all()
    limits = dict(TABLES.terms.select("license_id", "commercial").iter_rows())
    non_commercial = TABLES.licenses.filter(pl.col("license_class") == "non_commercial")["license_id"]
    assert {limits[each] for each in non_commercial} == {"no"}
