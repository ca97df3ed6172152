"""References inside a line: every form that leads to a model, and what looks like one and leads elsewhere."""

from __future__ import annotations

import pytest

from pipelines.cards.body import _underlined
from pipelines.cards.text_references import Found, is_placeholder, next_id, next_link, next_quoted, of_address, reference_at

HUB = "https://huggingface.co"


@pytest.mark.parametrize(
    ("address", "ref"),
    [
        (f"{HUB}/ann/one", "ann/one"),
        (f"{HUB}/ann/one/", "ann/one"),
        (f"{HUB}/ann/one/tree/main/onnx", "ann/one"),
        (f"{HUB}/ann/one?library=peft#usage", "ann/one"),
        (f"{HUB}/models/ann/one", "ann/one"),
        ("http://www.hf.co/ann/one", "ann/one"),
        ("hf-mirror.com/ann/one", "ann/one"),
        (f"{HUB}/ann/docs", "ann/docs"),  # a word of the hub's own pages, but as a name
        (f"{HUB}/docs/ann", None),
        (f"{HUB}/Datasets/ann", None),
        (f"{HUB}/ann", None),
        (f"{HUB}//content/one", None),
        (f"{HUB}/user/one", None),
        (f"{HUB}/ann/model_name", None),
        (f"{HUB}/ann/-one", None),
        ("https://github.com/ann/one", None),
    ],
)
def test_an_address_leads_to_a_model_or_to_none(address: str, ref: str | None) -> None:
    assert of_address(address) == ref


@pytest.mark.parametrize(
    ("line", "ref"),
    [
        (f"[one]({HUB}/ann/one)¦, more", "ann/one"),
        (f"**[the [big] one](<{HUB}/ann/one>)¦**", "ann/one"),
        (f'[one]({HUB}/ann/one "a title")¦ more', "ann/one"),
        (f"[ann/one]({HUB}/ann/one)¦", "ann/one"),
        (f"[Xenova/X]({HUB}/Xenova/X)¦", "Xenova/X"),
        (f"[bert-tiny]({HUB}/bert-tiny)¦", "bert-tiny"),
        (f"[./out/one]({HUB}/./out/one)¦", "./out/one"),
        (f"[XLM-tiny]({HUB}/XLM-tiny)¦", "XLM-tiny"),
        (f"[out/run/checkpoint-10]({HUB}/out/run/checkpoint-10)¦", "out/run/checkpoint-10"),
        (f"[~out/one]({HUB}/~out/one)¦", "~out/one"),
        ("[ann/one](#base)¦", "ann/one"),
        (f'<a class="b" href="{HUB}/ann/one">One</a>¦ more', "ann/one"),
        (f"{HUB}/ann/one.¦", "ann/one"),
        ("[ann/one¦] without an address", "ann/one"),
        ("(ann/one¦)", "ann/one"),
        ("`ann/one¦`", "ann/one"),
        ("ann/one@v2¦, more", "ann/one@v2"),
    ],
)
def test_a_reference_is_read_where_it_stands(line: str, ref: str) -> None:
    """The bar marks where it ends."""
    found = reference_at(line.replace("¦", ""), 0)
    assert found is not None
    assert (found.ref, found.end) == (ref, line.index("¦"))
    assert found.is_link is ("http" in line or "](" in line)


@pytest.mark.parametrize(
    "line",
    [
        f"[docs]({HUB}/docs)",
        f"[org]({HUB}/org/one)",
        f"[this model]({HUB}/datasets/ann/one)",
        "[ann/one](https://github.com/ann/one)",
        "[ann/one](https://arxiv.org/abs/1)",
        "[user/one](#base)",
        "[some words](#base)",
        "[]()",
        "user/one",
        "one",
        "//ann/one",
    ],
)
def test_what_leads_to_no_model_is_no_reference(line: str) -> None:
    assert reference_at(line, 0) is None


@pytest.mark.parametrize(("text", "ref"), [("one", "one"), ("/content/out/one.", "/content/out/one"), ("~/one", "~/one")])
def test_words_and_paths_are_references_only_where_that_is_said(text: str, ref: str) -> None:
    assert reference_at(text, 0) is None
    found = reference_at(text, 0, bare=True)
    assert found is not None
    assert (found.ref, found.is_link) == (ref, False)


def test_the_first_link_within_reach_decides() -> None:
    line = f"see [the paper](https://arxiv.org/abs/1) and [one]({HUB}/ann/one)"
    assert next_link(line, 0, 20) is None
    assert next_link("far away: " + line, 0, 5) is None
    assert next_link(line, line.index("and"), 20) == Found("ann/one", len(line), line.index("[one]"), is_link=True)
    assert next_quoted("now `ann/one` and **ben/two**", 0, 20) == Found("ann/one", 12, 5, is_link=False)
    assert next_quoted("now `ann/one`", 0, 4) is None


@pytest.mark.parametrize(
    ("line", "ref"),
    [
        (" the ann/one-7b model", "ann/one-7b"),
        (" ann/one", None),
        (" BERT/RoBERTa-2", "BERT/RoBERTa-2"),
        (" GPT-2/GPT-3", None),
        (" ann/my-data-1", None),
        (" user/one-7b", None),
        (" and then ann/one-7b", None),
    ],
)
def test_an_unmarked_id_needs_more_than_a_slash(line: str, ref: str | None) -> None:
    found = next_id(line, 0)
    assert (found and found.ref) == ref


def test_null_words_and_templates_are_placeholders() -> None:
    assert all(map(is_placeholder, (" None ", "N/A", "your-username/one", "ann/model_id")))
    assert not any(map(is_placeholder, ("ann/one", "path-finder/one", "nano")))


@pytest.mark.parametrize(("row", "level"), [("===", 1), ("---", 2), (" ----- ", 2), ("--", 0), ("-=-", 0), ("", 0)])
def test_a_row_below_makes_a_heading_of_its_level(row: str, level: int) -> None:
    assert _underlined(row) == level
