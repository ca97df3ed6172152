"""What authors write in the place of a licence, by hand: ids, spellings, full names, addresses, SPDX expressions, `other`."""

from __future__ import annotations

from itertools import pairwise

import polars as pl
import pytest
from licensed import TABLES, edge, judged, record, verdict_of

from pipelines.drift.licences.declared import declared_licenses

VALUES = [
    ("Apache 2.0", "apache-2.0"),
    ("Apache License 2.0", "apache-2.0"),
    ("apache2.0", "apache-2.0"),
    ("apache2", "apache-2.0"),
    ("Apache License, Version 2.0", "apache-2.0"),
    ("MIT License", "mit"),
    ("The MIT License (MIT)", "mit"),
    ("BSD 3-Clause", "bsd-3-clause"),
    ("New BSD", "bsd-3-clause"),
    ("CC BY-NC 4.0", "cc-by-nc-4.0"),
    ("CC-BY-NC-SA 4.0", "cc-by-nc-sa-4.0"),
    ("Creative Commons Attribution 4.0 International", "cc-by-4.0"),
    ("Creative Commons Attribution-NonCommercial-ShareAlike 4.0", "cc-by-nc-sa-4.0"),
    ("Creative Commons Attribution-NonCommercial-NoDerivatives 4.0 International", "cc-by-nc-nd-4.0"),
    ("https://creativecommons.org/licenses/by-nc-sa/4.0/", "cc-by-nc-sa-4.0"),
    ("https://creativecommons.org/licenses/by-nd/4.0/legalcode", "cc-by-nd-4.0"),
    ("https://www.apache.org/licenses/LICENSE-2.0", "apache-2.0"),
    ("https://opensource.org/licenses/MIT", "mit"),
    ("CC0", "cc0-1.0"),
    ("GPLv3", "gpl-3.0"),
    ("GPL-3.0-only", "gpl-3.0"),
    ("GPL-3.0-or-later", "gpl-3.0"),
    ("gpl-2.0 or later", "gpl-2.0"),
    ("GNU GPL v3", "gpl-3.0"),
    ("AGPLv3", "agpl-3.0"),
    ("AGPL-3.0-or-later", "agpl-3.0"),
    ("LGPLv3", "lgpl-3.0"),
    ("LGPL-2.1-or-later", "lgpl-2.1"),
    ("Llama-3.1", "llama3.1"),
    ("Llama 3.2 Community License", "llama3.2"),
    ("llama3.1 community", "llama3.1"),
    ("Gemma Terms of Use", "gemma"),
    ("OpenRAIL-M", "openrail"),
    ("openrail-m++", "openrail++"),
    ("CreativeML OpenRAIL M", "creativeml-openrail-m"),
    ("CreativeML OpenRAIL++-M", "openrail++"),
    ("bigscience-bloom-rail", "bigscience-bloom-rail-1.0"),
    ("deepseek", "deepseek"),
    ("MIT OR Apache-2.0", "apache-2.0 mit"),
    ("(MIT AND CC-BY-4.0)", "cc-by-4.0 mit"),
    ("Apache", "unrecognised"),
    ("public domain", "unrecognised"),
    ("free for research or teaching", "unrecognised"),
    ("https://example.org/my-terms", "unrecognised"),
    ("license", "placeholder"),
    ("unknown", "unknown"),
]

HF = "https://huggingface.co"
META = "https://github.com/meta-llama/llama-models/blob/main/models"
OTHERS = [
    (None, None, "other"),
    ("custom", None, "other"),
    ("my-terms", f"{HF}/ann/model/blob/main/LICENSE", "other"),
    ("mrl", "https://mistral.ai/licenses/MRL-0.1.md", "mrl"),
    (None, "https://mistral.ai/licenses/MNPL-0.1.md", "mnpl"),
    ("qwen-research", f"{HF}/Qwen/Qwen2.5-3B/blob/main/LICENSE", "qwen-research"),
    ("Qwen", None, "qwen"),
    ("tongyi-qianwen", None, "tongyi-qianwen"),
    ("deepseek-license", None, "deepseek"),
    (None, "https://github.com/deepseek-ai/DeepSeek-V2/blob/main/LICENSE-MODEL", "deepseek"),
    ("health-ai-developer-foundations", None, "health-ai-developer-foundations"),
    (None, "https://developers.google.com/health-ai-developer-foundations/terms", "health-ai-developer-foundations"),
    ("LLAMA 3.1 Community License Agreement", None, "llama3.1"),
    ("llama-3.3", None, "llama3.3"),
    ("Llama 4", None, "llama4"),
    (None, "https://www.llama.com/llama3_1/license/", "llama3.1"),
    (None, "https://llama.meta.com/llama3_2/license/", "llama3.2"),
    (None, f"{META}/llama3_3/LICENSE", "llama3.3"),
    (None, f"{META}/llama4/LICENSE", "llama4"),
    (None, f"{HF}/meta-llama/Meta-Llama-3-8B/blob/main/LICENSE", "llama3"),
    (None, f"{HF}/meta-llama/Meta-Llama-3.1-8B/blob/main/LICENSE", "llama3.1"),
    (None, "https://ai.meta.com/resources/models-and-libraries/llama-downloads/", "llama2"),
    ("gemma-terms-of-use", "https://ai.google.dev/gemma/terms", "gemma"),
    ("FLUX.1 [dev] Non-Commercial License", None, "flux-1-dev-non-commercial-license"),
    ("stability-ai-community", "LICENSE.md", "stabilityai-ai-community"),
    ("sai-nc-community", None, "sai-nc-community"),
    ("Apache License 2.0", None, "apache-2.0"),
    ("CC BY-NC 4.0", None, "cc-by-nc-4.0"),
    (None, "https://creativecommons.org/licenses/by-nc/4.0/", "cc-by-nc-4.0"),
    (None, "https://choosealicense.com/licenses/mit/", "mit"),
    ("CreativeML Open RAIL++-M License", None, "openrail++"),
    ("falcon-180b-license", None, "falcon-llm-license"),
]


def read(value: str, name: str | None = None, link: str | None = None) -> str:
    """The ids understood, in order; else the state."""
    records = pl.DataFrame(
        [record("a/b", value.lower(), license_name=name, license_link=link)],
        schema_overrides={"license_name": pl.String, "license_link": pl.String, "generator_tags": pl.List(pl.String)},
    )
    states, licences = declared_licenses(records, TABLES)
    return " ".join(licences["license_id"].sort()) or states["license_state"][0]


@pytest.mark.parametrize(("written", "meant"), VALUES, ids=[written for written, _ in VALUES])
def test_what_is_written_as_a_licence(written: str, meant: str) -> None:
    assert read(written) == meant


@pytest.mark.parametrize(("name", "link", "meant"), OTHERS)
def test_what_stands_beside_other(name: str | None, link: str | None, meant: str) -> None:
    assert read("other", name, link) == meant


# licence upstream, child's licence, how the child was made -> verdict; the clause that decides stands beside
EDGES = [
    ("cc-by-nc-4.0", "openrail++", "finetune", "conflict"),  # RAIL allows commercial use, 2(a) of the parent does not
    ("cc-by-nc-sa-4.0", "cc-by-nc-4.0", "finetune", "conflict"),  # 3(b)
    ("cc-by-sa-4.0", "gpl-3.0", "finetune", "compatible"),  # 3(b)(1), list of compatible licences
    ("gpl-3.0", "cc-by-sa-4.0", "finetune", "conflict"),  # one way only
    ("cc-by-nd-4.0", "cc-by-nd-4.0", "quantized", "needs_review"),  # a change of format may be no adaptation
    ("cc-by-nd-4.0", "cc-by-nd-4.0", "finetune", "conflict"),  # 2(a)(1)(B)
    ("apache-2.0", "cc-by-nc-4.0", "finetune", "compatible"),  # stricter terms on own changes
    ("mit", "llama3.1", "finetune", "compatible"),
    ("mrl", "apache-2.0", "finetune", "conflict"),  # research terms travel
    ("mrl", "mrl", "finetune", "compatible"),
    ("mnpl", "cc-by-nc-4.0", "finetune", "needs_review"),  # non-commercial too, but other terms
    ("health-ai-developer-foundations", "apache-2.0", "finetune", "conflict"),  # use restrictions as a provision
    ("health-ai-developer-foundations", "gemma", "adapter", "needs_review"),
    ("bigscience-bloom-rail-1.0", "openrail", "finetune", "needs_review"),  # other wording of the restrictions
    ("lgpl-3.0", "apache-2.0", "finetune", "needs_review"),  # what of it is the library?
    ("agpl-3.0", "gpl-3.0", "finetune", "needs_review"),  # section 13
    ("gpl-3.0", "agpl-3.0", "finetune", "compatible"),  # section 13
    ("llama2", "llama3", "finetune", "needs_review"),  # another agreement of the family
    ("qwen-research", "qwen", "finetune", "conflict"),  # commercial use within limits against none
    ("deepseek", "mit", "quantized", "conflict"),  # restrictions pass to copies as well
    ("gemma", "health-ai-developer-foundations", "finetune", "needs_review"),
    ("wtfpl", "cc-by-nc-nd-4.0", "finetune", "compatible"),
    ("odc-by", "mit", "finetune", "compatible"),
]


@pytest.mark.parametrize(("upstream", "child", "relation", "verdict"), EDGES)
def test_hard_pairs_are_judged_by_the_clause(upstream: str, child: str, relation: str, verdict: str) -> None:
    found = judged([record("a/base", upstream), record("b/child", child)], [edge("a/base", "b/child", relation)])
    assert verdict_of(found, "b/child", "a/base")["verdict"] == verdict


def test_a_duty_comes_through_models_that_say_nothing_and_through_others_names() -> None:
    records = [
        record("meta/base", "other", license_name="Llama 3.1 Community License"),
        record("ann/copy"),
        record("ben/quant", "other"),
        record("cat/Llama-poems", "apache-2.0"),
    ]
    names = [each["model_id"] for each in records]
    found = judged(records, [edge(above, below) for above, below in pairwise(names)])
    verdict = verdict_of(found, "cat/Llama-poems", "ben/quant")
    assert (verdict["verdict"], verdict["source_id"], verdict["rule_id"]) == ("conflict", "meta/base", "LLAMA-4")


def test_a_merge_of_a_share_alike_and_a_gpl_parent_can_only_be_gpl() -> None:
    def merge(*declared: str) -> str:
        records = [record("a/one", "cc-by-sa-4.0"), record("b/two", "gpl-3.0"), record("c/both", *declared)]
        found = judged(records, [edge("a/one", "c/both", "merge"), edge("b/two", "c/both", "merge")])
        verdict: str = verdict_of(found, "c/both")["verdict"]
        return verdict

    assert [merge("gpl-3.0"), merge("cc-by-sa-4.0"), merge("apache-2.0"), merge()] == [
        "compatible", "conflict", "conflict", "unknown",
    ]  # fmt: skip


def test_a_merge_of_copyleft_and_non_commercial_parents_has_no_licence_at_all() -> None:
    records = [record("a/one", "cc-by-nc-4.0"), record("b/two", "gpl-3.0"), record("c/both", "cc-by-nc-4.0")]
    found = judged(records, [edge("a/one", "c/both", "merge"), edge("b/two", "c/both", "merge")])
    assert verdict_of(found, "c/both")["rule_id"] == "MERGE-1"
