"""Merge configurations inside cards: every form of mergekit's YAML names its parents, and only them."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from pipelines.cards.merge_config import merges_in_card
from pipelines.cards.parent_claim import ParentClaim


def read(yaml: str) -> list[ParentClaim]:
    return merges_in_card(f"# Card\n\n```yaml\n{yaml}\n```\n")


def parents(yaml: str) -> list[tuple[str, str | None, str | None]]:
    return [(claim.parent_ref, claim.role, claim.relation) for claim in read(yaml)]


def test_models_have_weights_and_densities_and_the_most_specific_one_wins() -> None:
    claims = read(
        "models:\n  - model: a/One\n    parameters: {weight: 0.3, density: 0.5}\n  - model: b/Two\n"
        "merge_method: ties\nbase_model: c/Base\nparameters: {weight: 0.7, density: [0.1, 0.9]}"
    )
    rows = {(c.parent_ref, c.role): (c.merge_method, c.weight, c.density, c.relation) for c in claims}
    assert rows == {
        ("c/Base", "base"): ("ties", 0.7, None, "merge"),
        ("a/One", "model"): ("ties", 0.3, 0.5, "merge"),
        ("b/Two", "model"): ("ties", 0.7, None, "merge"),
    }


def test_slices_and_modules_name_models_too() -> None:
    slices = (
        "slices:\n  - sources:\n      - model: a/One\n        layer_range: [0, 8]\n      - model: b/Two\n"
        "  - sources:\n      - model: a/One\nmerge_method: slerp\nbase_model: a/One"
    )
    assert parents(slices) == [("a/One", "base", "merge"), ("a/One", "model", "merge"), ("b/Two", "model", "merge")]
    assert [claim.n_mentions for claim in read(slices)] == [1, 2, 1]
    modules = "merge_method: linear\nmodules:\n  text:\n    models: [{model: a/One}, {model: b/Two}]"
    assert [ref for ref, _, _ in parents(modules)] == ["a/One", "b/Two"]


def test_a_lora_is_a_second_parent_and_a_revision_belongs_to_the_reference() -> None:
    yaml = "models: [{model: a/One@main+x/lora}, {model: {model: {path: b/Two}, lora: {path: y/lora}}}]\nmerge_method: linear"
    assert parents(yaml) == [
        ("a/One@main", "model", "merge"), ("x/lora", "adapter", "merge"),
        ("b/Two", "model", "merge"), ("y/lora", "adapter", "merge"),
    ]  # fmt: skip


def test_a_merge_with_itself_is_a_finetune() -> None:
    yaml = "slices:\n - sources: [{model: a/One}]\n - sources: [{model: a/One}]\nmerge_method: passthrough"
    assert parents(yaml) == [("a/One", "model", "finetune")]


def test_a_base_without_effect_and_a_tokenizer_donor_are_told_apart() -> None:
    yaml = (
        "models: [{model: a/One}, {model: b/Two}]\nmerge_method: linear\nbase_model: c/Base\n"
        "tokenizer: {source: d/Tok}\ntokenizer_source: union"
    )
    claims = {claim.parent_ref: claim for claim in read(yaml)}
    assert (claims["c/Base"].role, claims["c/Base"].confidence < 0.8) == ("unused_base", True)
    assert (claims["d/Tok"].role, claims["d/Tok"].relation) == ("tokenizer", None)


def test_a_tokenizer_donor_may_be_written_with_a_prefix() -> None:
    yaml = "models: [{model: a/One}, {model: b/Two}]\nmerge_method: linear\ntokenizer_source: model:d/Tok"
    assert ("d/Tok", "tokenizer", None) in parents(yaml)


def test_experts_are_parents_and_the_base_gives_attention() -> None:
    yaml = (
        "base_model: c/Base\ngate_mode: hidden\nexperts:\n  - source_model: a/One\n    positive_prompts: [x]\n"
        "shared_experts:\n  - source_model: b/Two"
    )
    assert parents(yaml) == [("c/Base", "base", "merge"), ("a/One", "expert", "merge"), ("b/Two", "shared_expert", "merge")]


def test_the_result_of_an_earlier_stage_is_no_id_of_the_hub() -> None:
    yaml = (
        "name: stage-one\nmodels: [{model: a/One}, {model: b/Two}]\nmerge_method: linear\n---\n"
        "models: [{model: stage-one}, {model: c/Three}]\nmerge_method: slerp\nbase_model: stage-one"
    )
    assert [ref for ref, _, _ in parents(yaml)] == ["a/One", "b/Two", "c/Three"]


def test_a_folder_on_a_disk_is_kept_as_written() -> None:
    yaml = "models: [{model: ./out/merged}, {model: my-folder}, {model: a/One}]\nmerge_method: linear"
    rows = {claim.parent_ref: claim.confidence for claim in read(yaml)}
    assert list(rows) == ["./out/merged", "my-folder", "a/One"]
    assert rows["my-folder"] < rows["a/One"]


def test_other_yaml_is_no_merge() -> None:
    assert read("base_model: a/One\ndatasets:\n  - path: o/d") == []
    assert read("models: gpt\nmerge_method: [1") == []
    assert read("models:\n  - name: a/One\n  - name: b/Two") == []


def test_a_configuration_in_the_front_matter_counts_and_a_repeated_one_is_one() -> None:
    front = '{"models": [{"model": "a/One"}, {"model": "b/Two"}], "merge_method": "linear"}'
    card = "```yaml\nmodels: [{model: a/One}, {model: b/Two}]\nmerge_method: linear\n```\n"
    claims = merges_in_card(card, front)
    assert [(claim.parent_ref, claim.n_mentions) for claim in claims] == [("a/One", 2), ("b/Two", 2)]


@given(
    st.lists(st.sampled_from([*"```\n:- []{}&*+@", "models", "model", "slices", "sources", "merge_method", "a/b"])).map("".join)
)
def test_any_text_is_read_without_an_error(text: str) -> None:
    for claim in merges_in_card(f"```yaml\nmerge_method: x\nmodels:\n{text}\n```"):
        assert claim.parent_ref
