"""Every phrase that generators and people use to name a parent is read; what only looks like one is not."""

from __future__ import annotations

import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pipelines.cards import read_cards
from pipelines.cards.parents_in_text import parents_in_text
from pipelines.cards.text_rules import NEEDED, RULES

HUB = "https://huggingface.co"
LINK = f"[fern/Moss-7B]({HUB}/fern/Moss-7B)"

PHRASES = [
    ("trainer", "finetune", f"This model is a fine-tuned version of {LINK} on an unknown dataset."),
    ("trainer", "finetune", f"moss-tales is a fine-tuned version of {LINK}."),
    ("unsloth", "finetune", "- **Finetuned from model :** fern/Moss-7B"),
    ("unsloth", "finetune", f"- **Finetuned from model:** [`fern/Moss-7B`]({HUB}/fern/Moss-7B)"),
    ("finetuned_from", "finetune", "- **Finetuned from model [optional]:** fern/Moss-7B"),
    ("finetuned_from", "finetune", f"- **Fine-tuned from:** [Moss]({HUB}/fern/Moss-7B/)"),
    ("sentence_transformers", "finetune", f"This is a [sentence-transformers](https://sbert.net) model finetuned from {LINK}."),
    ("setfit", "finetune", f"- **Sentence Transformer body:** {LINK}"),
    ("span_marker", "finetune", f"This is a SpanMarker model for NER. This SpanMarker model uses {LINK} as the encoder."),
    ("dreambooth", "finetune", "This is a dreambooth model derived from fern/Moss-7B. The weights were trained on a lamp."),
    ("diffusers_pipeline", "finetune", "This pipeline was finetuned from **fern/Moss-7B** on the **o/d** dataset."),
    ("lora_weights_for", "adapter", "These are LoRA adaption weights for fern/Moss-7B. The weights were trained on a lamp."),
    ("lora_weights_for", "adapter", "These are me/lamp LoRA adaption weights for fern/Moss-7B."),
    ("diffusers_weights_for", "adapter", "These are textual inversion adaption weights for fern/Moss-7B."),
    ("diffusers_weights_on", "adapter", "These are controlnet weights trained on fern/Moss-7B with new conditioning."),
    ("adapterhub", "adapter", "An [adapter](https://adapterhub.ml) for the `fern/Moss-7B` model."),
    ("lora_extracted", "adapter", f"This LoRA adapter was extracted from {LINK}."),
    ("mradermacher", "quantized", f"static quants of {HUB}/fern/Moss-7B"),
    ("mradermacher", "quantized", f"weighted/imatrix quants of {HUB}/fern/Moss-7B"),
    ("gguf_my_repo", "quantized", f"This model was converted to GGUF format from [`fern/Moss-7B`]({HUB}/fern/Moss-7B)"),
    ("converted_to", "quantized", f"The Model [m/x]({HUB}/m/x) was converted to MLX format from {LINK} using mlx-lm."),
    ("format_files", "quantized", f"This repo contains GPTQ model files for [Fern's Moss]({HUB}/fern/Moss-7B)."),
    ("format_files", "quantized", f"These files are GGML format model files for {LINK}."),
    ("pruna", "quantized", "0. Check requirements from the original repo fern/Moss-7B installed. In particular python."),
    ("with_onnx_weights", "quantized", f"{HUB}/fern/Moss-7B with ONNX weights to be compatible with a browser."),
    ("model_converted_to", "quantized", f"This is {LINK} model converted to the OpenVINO IR."),
    ("quants_of", "quantized", f"Quantized from {LINK} with care."),
    ("quantized_version_of", "quantized", f"This is quantized version of {LINK} created using llama.cpp"),
    ("quantized_version_of", "quantized", f"This is an AWQ build of {LINK}."),
    ("base_model_field", None, "**Base model:** fern/Moss-7B"),
    ("base_model_field", None, f"Base Model: [Moss]({HUB}/fern/Moss-7B)"),
    ("base_model_field", None, "基础模型： fern/Moss-7B"),
    ("original_model", None, f"* Original model: [Moss]({HUB}/fern/Moss-7B)"),
    ("merge_base", "merge", f"This model was merged using the [TIES](https://x.y) merge method using {LINK} as a base."),
    ("tuned_version_of", "finetune", f"A fine-tuned checkpoint of {LINK} for stories."),
    ("tuned_model", "finetune", f"Fine-tuned {LINK} on letters."),
    ("tuned_from", "finetune", f"It was finetuned from {LINK}."),
    ("tuning_of", "finetune", f"We fine-tuned {LINK} for a week."),
    ("tuning_of", "finetune", f'Made by fine-tuning <a href="{HUB}/fern/Moss-7B">Moss</a> on film.'),
    ("other_version_of", None, f"This is an uncensored version of {LINK} created with a chisel."),
    ("distilled_from", None, f"A small model, distilled from {LINK}."),
    ("distilled_from", None, f"This is a distilled version of {LINK}."),
    ("student_of", None, f"It is a student of {LINK}."),
    ("student_of", None, f"- **Teacher model:** {LINK}"),
    ("trained_on_outputs", None, f"It was trained on a few thousand outputs of {LINK}."),
    ("derived_from", None, f"The encoder was initialized from {LINK}."),
    ("based_on", None, f"The model is based on {LINK}."),
    ("base_model_is", None, f"The base model is {LINK}."),
    ("merge_of", "merge", f"A merge of {LINK} into itself."),
]  # fmt: skip


@pytest.mark.parametrize(("rule", "relation", "line"), PHRASES, ids=[f"{rule}: {line[:40]}" for rule, _, line in PHRASES])
def test_a_phrase_names_its_parent(rule: str, relation: str | None, line: str) -> None:
    (claim,) = parents_in_text(f"# A title\n\n{line}\n\nMore text.\n")
    assert (claim.parent_ref, claim.rule, claim.relation) == ("fern/Moss-7B", rule, relation)
    assert claim.excerpt == line[:200]


NOTHING = [
    "This model is a fine-tuned version of [](https://huggingface.co/) on an unknown dataset.",
    "This model is a fine-tuned version of [None](https://huggingface.co/None) on an unknown dataset.",
    "- **Finetuned from model [optional]:** [More Information Needed]",
    "- **Finetuned from model :** your-username/model-name",
    f"static quants are available at {HUB}/someone/Moss-7B-GGUF",
    f"- **Model creator:** [fern]({HUB}/fern)",
    f"A fine-tuned version of Moss trained with the [letters]({HUB}/datasets/fern/letters) data.",
    f"A fine-tuned version of Moss, see [the demo]({HUB}/spaces/fern/moss).",
    "This is a fine-tuned version of [our code](https://github.com/fern/moss).",
    f"Unlike a fine-tuned version of {LINK}, this one was trained from scratch.",
    f"| Moss chat | a fine-tuned version of {LINK} |",
    f"```python\nmodel = load('{HUB}/fern/Moss-7B')  # fine-tuned version of [x]({HUB}/x/y)\n```",
    f"Quantized versions of this model are at {LINK}.",
    f"Thanks to {LINK}; what follows are some files with ONNX weights to be compatible with a browser.",
    "These are LoRA adaption weights for Moss. The weights were trained on a lamp.",
    "An adapter for the `Moss` model.",
    "This is quantized version of Moss created using llama.cpp",
]


@pytest.mark.parametrize("body", NOTHING)
def test_what_names_no_parent_gives_nothing(body: str) -> None:
    assert parents_in_text(f"# A title\n\n{body}\n") == []


def test_every_rule_can_be_reached_by_its_needs() -> None:
    missed = [rule for rule, _, line in PHRASES if not any(need in line.lower() for need in NEEDED)]
    assert not missed
    tested = {rule for rule, _, _ in PHRASES}
    assert {rule.name for rule in RULES} - tested <= {"original_card", "lora_extracted_base", "pruna_licence", "adapter_for"}


def test_an_old_id_and_a_path_stand_as_the_trainer_wrote_them() -> None:
    text = "This model is a fine-tuned version of [{0}](https://huggingface.co/{0}) on letters."
    assert [claim.parent_ref for claim in parents_in_text(text.format("moss-base"))] == ["moss-base"]
    assert [claim.parent_ref for claim in parents_in_text(text.format("./out/checkpoint-10"))] == ["./out/checkpoint-10"]


def test_a_trained_adapter_is_no_finetune() -> None:
    (claim,) = parents_in_text(f"This model is a fine-tuned version of {LINK}.\n\n### Framework versions\n\n- PEFT 0.17.1\n")
    assert claim.relation == "adapter"


def test_the_card_pasted_below_a_quantisers_words_is_not_read() -> None:
    grandparent = f"This model is a fine-tuned version of [x/Old]({HUB}/x/Old)."
    quant = f"This repo contains GGUF format model files for {LINK}.\n\n"
    assert [claim.parent_ref for claim in parents_in_text(quant + grandparent)] == ["fern/Moss-7B"]
    pasted = f"{LINK} is great.\n\n# Original model card: Fern's Moss\n\n{grandparent}"
    assert parents_in_text(pasted) == []


def test_merged_models_stand_in_bullets_and_a_lora_is_one_of_them() -> None:
    body = (
        "Tea is a merge of the following models using [LazyMergekit](https://example.org):\n"
        f"* {LINK}\n* [b/Two]({HUB}/b/Two) + [c/lora]({HUB}/c/lora)\n* ./out/three\n\nThanks!\n* [d/Other]({HUB}/d/Other)\n"
    )
    claims = parents_in_text(body)
    assert [claim.parent_ref for claim in claims] == ["fern/Moss-7B", "b/Two", "c/lora", "./out/three"]
    assert {claim.relation for claim in claims} == {"merge"}


def test_a_value_may_stand_under_its_field() -> None:
    (claim,) = parents_in_text(f"## Original Model:\n\n{LINK}\n")
    assert (claim.parent_ref, claim.rule) == ("fern/Moss-7B", "original_model")


def test_an_axolotl_configuration_names_its_base() -> None:
    code = "```yaml\nbase_model: fern/Moss-7B\ndatasets:\n  - path: o/d\nadapter: qlora\n```\n"
    (claim,) = parents_in_text(code)
    assert (claim.parent_ref, claim.rule, claim.relation) == ("fern/Moss-7B", "axolotl_config", "adapter")


def test_mentions_are_counted_and_the_surest_is_quoted() -> None:
    (claim,) = parents_in_text(f"The model is based on {LINK}.\n\n**Base model:** fern/Moss-7B\n")
    assert (claim.rule, claim.n_mentions) == ("base_model_field", 2)


@given(
    st.lists(st.sampled_from([*"[]()`*_#:/\n -|<>ab", "huggingface.co/", "fine-tuned version of ", "based on ", "merge "])).map(
        "".join
    )
)
@settings(deadline=None)
def test_any_text_is_read_without_an_error(text: str) -> None:
    for claim in parents_in_text(text):
        assert claim.parent_ref
        assert len(claim.excerpt) <= 200


@pytest.mark.parametrize(
    "unit",
    [
        "[",
        "fine-tuned version of [",
        "lora " * 40,
        "a " * 50 + "quantized version of ",
        "`",
        "merge method using [",
        "<a href=",
        "model based ",
    ],
)
def test_a_card_of_600_kb_costs_seconds_at_most(unit: str) -> None:
    for separator in ("", "\n"):
        body = (unit + separator) * (600_000 // len(unit + separator))
        start = time.process_time()
        parents_in_text(body)
        assert time.process_time() - start < 30  # linear in the text; a catastrophic pattern takes hours


def test_a_card_that_only_lists_merged_models_names_them() -> None:
    """No phrase but the heading stands here: the bullets are read all the same."""
    text = "### Models Merged\n\nThe following models were included in the merge:\n* [fern/Moss-7B](https://huggingface.co/fern/Moss-7B)\n"
    (claim,) = parents_in_text(text)
    assert (claim.parent_ref, claim.relation, claim.rule) == ("fern/Moss-7B", "merge", "models_merged")


def test_cards_read_together_are_read_as_each_alone() -> None:
    texts = [
        f"# A title\n\nThis model is a fine-tuned version of {LINK}.\n",
        "",
        "**Base model:**\n\nfern/Moss-7B\n\nIt is a bird.\n",
        f"It is a GGUF version of {LINK}.\n\n## Original model card\n\nA fine-tuned version of [fern/Peat](https://huggingface.co/fern/Peat)\n",
        "```yaml\nbase_model: fern/Moss-7B\nsequence_len: 512\n```\n",
    ]
    together = [reading.claims for reading in read_cards([text.encode() for text in texts])]
    assert together == [parents_in_text(text.strip()) for text in texts]
    assert [len(claims) for claims in together] == [1, 0, 1, 1, 1]
