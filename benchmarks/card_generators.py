"""How well the tools that write cards are told: against the tags of the same models, and in a sample to be checked by hand.

Two sets of recorded cards: February 2022 (``cards_2022-02.parquet``) and the families of April 2025. Tags come from the front
matter and the files, marks from the text below, so the two are independent witnesses; a tag may be missing for many reasons, so
agreement is a lower bound of precision. ``python -m benchmarks.card_generators [FOLDER OF RECORDED DATA]`` prints the numbers,
``--sample N`` prints N marked cards of each set (by a fixed seed) with the lines that bear the marks, for a person to judge.
"""

from __future__ import annotations

import argparse
import json
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import polars as pl

from benchmarks.text_evidence import families
from pipelines.cards import read_card
from pipelines.cards.generated import template_lines

_STUB = b"does not exist in the given tree"
_SEED = 20220215

TAGS = {
    "adapterhub": ("adapter-transformers", "adapterhub:", "adapters"),
    "autotrain": ("autotrain", "autonlp"),
    "axolotl": ("axolotl",),
    "dialogpt": ("conversational",),
    "diffusers": ("diffusers", "dreambooth", "stable-diffusion"),
    "espnet": ("espnet",),
    "huggingpics": ("huggingpics",),
    "huggingtweets": ("huggingtweets",),
    "keras": ("generated_from_keras_callback",),
    "lazymergekit": ("lazymergekit", "mergekit", "merge"),
    "llama_factory": ("llama-factory",),
    "mergekit": ("mergekit", "merge"),
    "opus_mt": ("translation",),
    "peft": ("peft", "adapter"),
    "prunaai": ("pruna-ai",),
    "sentence_transformers": ("sentence-transformers",),
    "setfit": ("setfit",),
    "spacy": ("spacy",),
    "trainer": ("generated_from_trainer",),
    "trl": ("trl",),
    "unsloth": ("unsloth",),
}
"""Tags that a card of each tool usually has; tools that have none are left to the sample."""

STRICT = ("huggingpics", "huggingtweets", "keras")
"""Tools whose tag nobody else writes: for these recall is told."""


def cards_2022(hub: Path) -> Iterator[tuple[str, bytes, list[str]]]:
    """Yield id, card and tags of the cards of 2022."""
    rows = pl.read_parquet(hub / "cards_2022-02.parquet", columns=["path", "infos_json", "readme_bytes"])
    for model_id, infos, content in rows.sort("path").iter_rows():
        if _STUB not in content:
            yield model_id, content, json.loads(infos).get("tags") or []


def measure(labelled: Iterator[tuple[str, bytes, list[str]]]) -> dict[str, Any]:
    """Return by tool how many cards bear its mark, how many of these its tag, and for some tools the recall."""
    marked, agreeing, tagged, found = Counter[str](), Counter[str](), Counter[str](), Counter[str]()
    n_cards = n_paper = n_ours = 0
    for _, content, tags in labelled:
        card = read_card(content)
        n_cards += 1
        n_paper += card.facts.is_auto_generated
        n_ours += bool(card.body.generators)
        for name, known in TAGS.items():
            has_tag = any(tag.startswith(known) for tag in tags)
            has_mark = name in card.body.generators
            marked[name] += has_mark
            agreeing[name] += has_mark and has_tag
            tagged[name] += has_tag
            found[name] += has_mark and has_tag
    n_marked = sum(marked.values())
    return {
        "cards": n_cards,
        "auto_generated_share_by_the_papers_rule": round(n_paper / n_cards, 4),
        "generated_share_by_ours": round(n_ours / n_cards, 4),
        "marks": n_marked,
        "marks_with_their_tag": round(sum(agreeing.values()) / n_marked, 4),
        "by_tool": {name: [marked[name], agreeing[name]] for name in TAGS if marked[name]},
        "recall_of_tags": {name: [tagged[name], found[name]] for name in STRICT if tagged[name]},
    }


def sample(labelled: Iterator[tuple[str, bytes, list[str]]], n: int) -> Iterator[str]:
    """Yield marked cards drawn at random, each with its tools and the lines that bear their marks."""
    marked = [(model_id, card) for model_id, content, _ in labelled if (card := read_card(content)).body.generators]
    for place in np.random.default_rng(_SEED).permutation(len(marked))[:n]:
        model_id, card = marked[place]
        marks = template_lines(card.body.generators).marks
        lines = [line.strip()[:110] for line in card.facts.body.splitlines() if any(mark in line for mark in marks)]
        hand = f"hand {card.body.n_hand_chars} of {card.body.n_own_chars + card.body.n_template_chars}"
        yield f"{model_id} | {' '.join(card.body.generators)} | {hand} | " + " ¦ ".join(lines[:3])


def main() -> None:
    """Print the numbers of both sets, or a sample of both."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.card_generators")
    parser.add_argument("data", nargs="?", type=Path, default=Path(__file__).parents[2] / "shared" / "data")
    parser.add_argument("--sample", type=int, default=0, help="cards to print of each set, to be checked by hand")
    asked = parser.parse_args()
    sets = {"cards_2022": cards_2022(asked.data / "hub"), "families_2025": families(asked.data / "hub")}
    if asked.sample:
        for name, labelled in sets.items():
            print(f"== {name}", *sample(labelled, asked.sample), sep="\n")
    else:
        print(json.dumps({name: measure(labelled) for name, labelled in sets.items()}, indent=2))


if __name__ == "__main__":
    main()
