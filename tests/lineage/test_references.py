"""How a written parent is read: each form of dirty-metadata, section 2, has its row."""

from __future__ import annotations

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from pipelines.lineage.references import read_reference

READINGS = [
    ("org/name", "org/name", ()),
    ("bare-name", "bare-name", ()),
    (" org/name", "org/name", ("trimmed",)),
    ("org/name\u200b", "org/name", ("invisible_removed",)),
    ("https://huggingface.co/org/name", "org/name", ("url_reduced",)),
    ("https://huggingface.co/org/name/tree/main", "org/name", ("url_reduced",)),
    ("https://hf.co/org/name/?ref=x", "org/name", ("url_reduced",)),
    ("huggingface.co/org/name/blob/main/README.md", "org/name", ("url_reduced",)),
    ("~/.cache/huggingface/hub/models--Qwen--Qwen3-8B/snapshots/b968826d", "Qwen/Qwen3-8B", ("cache_path_reduced",)),
    ("org/name@main", "org/name", ("revision_removed",)),
    ("org/name/tree/refs%2Fpr%2F1", "org/name", ("revision_removed",)),
    ("", None, ("empty_parent",)),
    ("   ", None, ("trimmed", "empty_parent")),
    ("None", None, ("null_word",)),
    ("{base_model}", None, ("not_a_model_id",)),
    ("/data/vllm/Some-13b", None, ("local_path",)),
    ("../checkpoints/last", None, ("local_path",)),
    ("C:\\models\\mine", None, ("local_path",)),
    ("out/run/checkpoint-500", None, ("local_path",)),
    ("weights_v10.safetensors", None, ("not_a_model_id",)),
    ("two words", None, ("not_a_model_id",)),
    ("https://example.org/org/name", None, ("foreign_address",)),
    ("https://huggingface.co/", None, ("foreign_address",)),
    ("o/" + "n" * 130, None, ("not_a_model_id",)),
]


@pytest.mark.parametrize(("written", "model_id", "repairs"), READINGS)
def test_each_way_of_writing_a_parent_is_read_as_documented(
    written: str, model_id: str | None, repairs: tuple[str, ...]
) -> None:
    reference = read_reference(written)
    assert (reference.model_id, reference.repairs) == (model_id, repairs)


@given(st.text(max_size=200))
def test_reading_never_fails_and_reading_its_result_again_changes_nothing(written: str) -> None:
    first = read_reference(written)
    if first.model_id is not None:
        again = read_reference(first.model_id)
        assert (again.model_id, again.repairs) == (first.model_id, ())
    else:
        assert first.repairs


@given(st.from_regex(r"[A-Za-z0-9][A-Za-z0-9._-]{0,20}/[A-Za-z0-9][A-Za-z0-9_-]{0,20}", fullmatch=True))
def test_a_plain_id_is_never_touched(model_id: str) -> None:
    assume(model_id.lower() != "n/a")
    assert read_reference(model_id).repairs == ()
