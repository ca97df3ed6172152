"""The nine sections: which headings carry them, what is text in them, what metadata fill."""

from __future__ import annotations

import pytest

from pipelines.cards import SECTIONS, read_card
from pipelines.cards.sections import sections_of_heading
from pipelines.local_hub.planted.prose import SECTIONS as PLANTED
from pipelines.local_hub.planted.prose import prose

TRUTH = {
    "Model description": {"model_details"},
    "Intended uses & limitations": {"intended_use", "caveats"},
    "Training data": {"training_data"},
    "Training procedure": {"model_details"},
    "Evaluation": {"quantitative_analyses"},
    "Bias, Risks, and Limitations": {"ethical_considerations", "caveats"},
    "Citation": {"model_details"},
}
"""What the planted hub's headings carry, by the reference on model cards, section 8."""


@pytest.mark.parametrize(
    ("heading", "sections"),
    [
        *((f"## {heading}", tuple(sorted(sections, key=SECTIONS.index))) for heading, sections in TRUTH.items()),
        ("### Out-of-Scope Use", ("intended_use",)),
        ("# Uses", ("intended_use",)),
        ("## Training and evaluation data", ("evaluation_data", "training_data")),
        ("### Testing Data, Factors & Metrics", ("factors", "metrics", "evaluation_data")),
        ("## Training results", ("quantitative_analyses",)),
        ("## Environmental Impact", ("ethical_considerations",)),
        ("## Recommendations", ("caveats",)),
        ("## 4.2 EVALUATION RESULTS 🎯", ("quantitative_analyses",)),
        ("**Limitations:**", ("caveats",)),
        ("## 训练数据", ("training_data",)),
        ("## Limitaciones", ("caveats",)),
        ("<h2>Training data</h2>", ("training_data",)),
        ("## How to use", ()),
        ("## Usage", ()),
        ("# Wren-7B", ()),
        ("## " + "limitations " * 20, ()),
    ],
)
def test_a_heading_carries_its_sections(heading: str, sections: tuple[str, ...]) -> None:
    assert sections_of_heading(heading) == sections


def lengths(card: str) -> dict[str, int]:
    return {name: found.n_chars for name, found in read_card(card.encode()).body.sections.items()}


def test_text_counts_for_the_nearest_heading_and_nameless_ones_pass_it_up() -> None:
    card = (
        "# Wren\n\nhello\n\n## Training data\n\nsongs\n\n### Garden\n\ncats\n\n## How to use\n\nlisten\n\n"
        "Results\n-------\n\n9\n"
    )
    assert lengths(card) == {"training_data": len("songs") + len("cats"), "quantitative_analyses": 1}


def test_headings_inside_code_are_none() -> None:
    assert lengths("# Wren\n\n```\n## Limitations\nnone\n```\n") == {}


def test_placeholders_and_comments_leave_a_section_empty_but_present() -> None:
    needed = "[More Information Needed]"
    card = f"## Limitations\n\nMore information needed.\n\n## Uses\n\n<!-- say it -->\n\n## Training data\n\n{needed}\n"
    assert lengths(card) == {"caveats": 0, "intended_use": 0, "training_data": 0}


def test_lines_in_bold_stand_for_headings() -> None:
    assert lengths("**Training data**\n\nsongs\n\n**Note** that this is no heading\n") == {
        "training_data": len("songs") + len("**Note** that this is no heading")
    }


def test_code_below_a_heading_is_its_text() -> None:
    assert lengths("## Results\n\n```\nf1 0.5\n```\n") == {"quantitative_analyses": len("f1 0.5")}


@pytest.mark.parametrize(
    ("front", "sections"),
    [
        ("license: mit", ("model_details",)),
        ("license:", ()),
        ("datasets: [songs]", ("training_data",)),
        ("datasets:\n- null", ()),
        ("metrics: f1\nlicense: mit", ("model_details", "metrics")),
        ("model-index:\n- name: wren\n  results: []", ()),
        ("model-index:\n- name: wren\n  results:\n  - task: {type: song}", ("quantitative_analyses",)),
    ],
)
def test_metadata_fill_sections(front: str, sections: tuple[str, ...]) -> None:
    assert read_card(f"---\n{front}\n---\n# Wren\n".encode()).from_metadata == sections


@pytest.mark.parametrize("length", [300, 900, 2_000, 6_000])
def test_planted_prose_has_exactly_its_sections(length: int) -> None:
    text = prose("wren", "finch", length, seed=3)
    written = [heading for heading, _ in PLANTED if f"## {heading}\n" in text]
    expected = set().union(*(TRUTH[heading] for heading in written))
    found = lengths(text)
    assert set(found) == expected
    assert all(n > 0 for n in found.values())


def test_what_a_tool_lists_below_its_headings_is_generated_and_a_sentence_is_not() -> None:
    notice = "<!-- made automatically according to the information the Trainer had access to -->"
    table = "| Epoch | Wer |\n|---|---|\n| 1 | 0.5 |"
    card = f"{notice}\n# wren\n\n## Training results\n\n{table}\n\n## Model description\n\nIt sings.\n"
    found = read_card(card.encode()).body.sections
    assert (found["quantitative_analyses"].n_hand_chars, found["model_details"].n_hand_chars) == (0, len("It sings."))
    assert found["quantitative_analyses"].n_chars > 0
