"""Which tool wrote a card: the labelled sample, the planted hub's templates, and what counts as a person's words."""

from __future__ import annotations

from collections import Counter

import polars as pl
import pytest

from pipelines.cards import GENERATOR_NAMES, read_card
from pipelines.cards.generated import generators_of
from pipelines.cards.generators import GENERATORS
from pipelines.cards.markdown_lines import Lines
from pipelines.local_hub.planted import PlantedHub, plant
from pipelines.local_hub.planted.templates import CardFacts as Planted
from pipelines.local_hub.planted.templates import body
from tests.cards.labelled_cards import HYPER, LABELLED, NOTICE

PLANTED_NAME = {"diffusers_lora": "diffusers"}
"""What the planted hub calls a generator that bears another name here."""


def found_in(card: str) -> tuple[str, ...]:
    return read_card(card.encode()).body.generators


@pytest.mark.parametrize(("card", "generators"), LABELLED, ids=range(len(LABELLED)))
def test_a_labelled_card_gives_its_generators(card: str, generators: tuple[str, ...]) -> None:
    assert found_in(card) == generators


def test_the_sample_has_every_generator_and_as_many_look_alikes_as_would_show_a_bad_detector() -> None:
    named = {name for _, generators in LABELLED for name in generators}
    assert named == set(GENERATOR_NAMES)
    assert sum(not generators for _, generators in LABELLED) >= 20


@pytest.fixture(scope="module")
def hub() -> PlantedHub:
    return plant(3_000, seed=11)


def test_every_planted_template_is_known_and_no_hand_written_card_is_taken_for_one(hub: PlantedHub) -> None:
    truth = hub.truth["cards"].join(hub.cards, on="model_id").select("model_id", "generator", "content")
    wrong: Counter[tuple[str, str | None]] = Counter()
    for _, planted, content in truth.iter_rows():
        chief = read_card(content).body.generator
        expected = None if planted == "hand" else PLANTED_NAME.get(planted, planted)
        wrong[planted, chief] += chief != expected
    assert truth["generator"].n_unique() >= 20
    assert not +wrong


def test_planted_templates_are_templates_unless_a_person_wrote_into_them(hub: PlantedHub) -> None:
    truth = hub.truth["cards"].join(hub.cards, on="model_id").filter(~pl.col("generator").is_in(["bartowski"]))
    for planted, content in truth.select("generator", "content").iter_rows():
        assert read_card(content).body.is_template == (planted != "hand"), planted


def test_two_sentences_of_a_person_make_a_generated_card_no_template() -> None:
    card = f"{NOTICE}\n\n# wren\n\n## Model description\n\nMore information needed\n\n## Training procedure\n\n{HYPER}\n"
    words = "We recorded wrens for three years in one garden, and the neighbours' cat helped to keep the sample small. " * 2
    bare, edited = read_card(card.encode()).body, read_card(card.replace("More information needed", words).encode()).body
    assert (bare.generators, edited.generators) == (("trainer",), ("trainer",))
    assert (bare.is_template, edited.is_template) == (True, False)
    assert bare.n_hand_chars == 0
    assert edited.n_hand_chars == len(words.strip())


def test_template_lines_leave_the_hyperparameters_as_the_cards_own() -> None:
    found = read_card(f"{NOTICE}\n\n# wren\n\n## Model description\n\nMore information needed\n\n{HYPER}".encode()).body
    assert found.own_text == "# wren\n- learning_rate: 1e-05\n- seed: 7"
    assert found.template_share is not None
    assert found.template_share == pytest.approx(1 - found.n_own_chars / (found.n_own_chars + found.n_template_chars))


def test_a_quantisers_card_that_pastes_its_parents_has_the_quantiser_for_chief() -> None:
    pasted = body("trl", Planted("o/wren", ("a/b",), "songs", "text-generation", 500, 7))
    assert found_in(f"static quants of https://huggingface.co/o/wren\n\n# Original card\n{pasted}") == ("mradermacher", "trl")


def test_every_mark_alone_is_found_where_it_stands() -> None:
    """No mark is lost to the one pass that looks for all of them."""
    for generator in GENERATORS:
        for way in generator.marks:
            places = {"heading": "# Some {} x", "line_start": "{}x", "anywhere": "Some {} x"}
            text = "\n\n".join(places[mark.where].format(mark.text) for mark in way)
            card = f"---\ntags: [{generator.tag or 'x'}]\n---\n{text}\n"
            assert generator.name in found_in(card), text


def test_no_card_means_no_generator() -> None:
    assert generators_of((), Lines([], []), ()) == ()
    empty = read_card(b"").body
    assert (empty.generator, empty.is_template, empty.template_share, empty.own_text) == (None, False, None, "")
