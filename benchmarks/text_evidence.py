"""How well parents are read out of cards: precision and recall against the parents that tags declare.

Two labelled sets: the cards of ``families_2025-04.parquet`` with their own tags, and the cards of 2022 with the tags that the
same models bear in the listing of July 2024. ``detail_2024-07.parquet`` holds tags but no card texts. Run it with
``python -m benchmarks.text_evidence [FOLDER OF RECORDED DATA]``; it prints the numbers as JSON.

A claim is right when the model's tags, or the ``base_model`` of its own card (the hub's tags lose parents), declare its
parent. Names are compared after hubtree's own reading of references, without regard to case, old bare ids moved; claims that
can't be an id (local paths) and claims that a model is its own parent are left out and counted. A card names a parent when
the declared id stands in its body outside fenced code.
"""

from __future__ import annotations

import json
import re
import sys
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import polars as pl

from pipelines.cards import CardReading, ParentClaim, read_card
from pipelines.cards.reading import metadata_of
from pipelines.lineage.references import read_reference
from pipelines.lineage.resolving import ACCEPTED
from warehouse import codes

_STUB = b"does not exist in the given tree"
_RELATION = re.compile(r"^(?:finetune|adapter|quantized|merge):")
_WORD = re.compile(r"[A-Za-z0-9][\w.-]*(?:/[\w.-]+)?")
_FENCED = re.compile(r"^\s*(```|~~~).*?^\s*\1", re.MULTILINE | re.DOTALL)
_ADDRESS = re.compile(r"https?://(?:www\.)?huggingface\.co/")

_MOVED = {old.lower(): new.lower() for old, new in codes.frame("legacy_ids").select("legacy_id", "model_id").iter_rows()}


@dataclass
class Tally:
    """What was counted over one set of labelled cards."""

    n_cards: int = 0
    n_claims: int = 0
    n_right: int = 0
    n_right_by_tags_alone: int = 0
    n_accepted: int = 0
    n_accepted_right: int = 0
    n_not_ids: int = 0
    n_named: int = 0
    n_named_found: int = 0
    wrong_by_rule: Counter[str] = field(default_factory=Counter)
    right_by_rule: Counter[str] = field(default_factory=Counter)

    def count(self, model_id: str, tagged: set[str], card: CardReading) -> None:
        """Add one card."""
        declared = tagged | {name for ref in declared_parents(card) if (name := folded(ref))}
        found = {name: claim for claim in card.claims if (name := self.name(claim)) and name != folded(model_id)}
        self.n_cards += 1
        for name, claim in found.items():
            is_right = name in declared
            self.n_claims += 1
            self.n_right += is_right
            self.n_right_by_tags_alone += name in tagged
            self.n_accepted += claim.confidence >= ACCEPTED
            self.n_accepted_right += is_right and claim.confidence >= ACCEPTED
            (self.right_by_rule if is_right else self.wrong_by_rule)[claim.rule] += 1
        named = tagged & words(card.facts.body)
        self.n_named += len(named)
        self.n_named_found += len(named & set(found))

    def name(self, claim: ParentClaim) -> str | None:
        """Return the parent of a claim; None for a tokenizer donor and for what can't be an id."""
        if claim.role == "tokenizer":
            return None
        name = folded(claim.parent_ref)
        self.n_not_ids += name is None
        return name

    def report(self) -> dict[str, Any]:
        """Return the counts, and the shares that the issue bounds."""
        return {
            "cards": self.n_cards,
            "claims": self.n_claims,
            "precision": _share(self.n_right, self.n_claims),
            "precision_accepted": _share(self.n_accepted_right, self.n_accepted),
            "precision_by_tags_alone": _share(self.n_right_by_tags_alone, self.n_claims),
            "parents_named": self.n_named,
            "recall": _share(self.n_named_found, self.n_named),
            "claims_that_are_no_ids": self.n_not_ids,
            "right_by_rule": dict(sorted(self.right_by_rule.items())),
            "wrong_by_rule": dict(sorted(self.wrong_by_rule.items())),
        }


def declared_parents(card: CardReading) -> list[str]:
    """Return the texts under ``base_model`` of a card."""
    declared = (metadata_of(card.facts) or {}).get("base_model")
    items = declared if isinstance(declared, list) else [declared]
    return [item for item in items if isinstance(item, str)]


def folded(ref: str) -> str | None:
    """Return the id a reference comes down to in lower case, old bare ids moved; None if it can't be one."""
    name = read_reference(ref).model_id
    return _MOVED.get(name.lower(), name.lower()) if name else None


def words(body: str) -> set[str]:
    """Return every id that the body of a card names outside fenced code."""
    text = _ADDRESS.sub(" ", _FENCED.sub(" ", body))
    return {name for word in _WORD.findall(text) if (name := folded(word.rstrip(".")))}


def tagged_parents(tags: list[str]) -> set[str]:
    """Return the parents that tags declare."""
    refs = (_RELATION.sub("", tag.removeprefix("base_model:")) for tag in tags if tag.startswith("base_model:"))
    return {name for ref in refs if (name := folded(ref))}


def families(hub: Path) -> Iterator[tuple[str, bytes, list[str]]]:
    """Yield id, newest card and newest tags of the families of April 2025."""
    rows = pl.read_parquet(hub / "families_2025-04.parquet").sort("captured", maintain_order=True)
    newest = {"subset": "id", "keep": "last", "maintain_order": True}
    cards = rows.filter(pl.col("card") != "N/A").unique(**newest).select("id", "card")
    metadata = rows.filter(pl.col("metadata_json") != "N/A").unique(**newest).select("id", "metadata_json")
    for model_id, card, text in cards.join(metadata, on="id").sort("id").iter_rows():
        yield model_id, card.encode(), json.loads(text).get("tags") or []


def cards_2022(hub: Path) -> Iterator[tuple[str, bytes, list[str]]]:
    """Yield id, card of 2022 and tags of 2024 of the models that both files hold."""
    listing = pl.read_parquet(hub / "listing_2024-07.parquet", columns=["id", "tags"])
    cards = pl.read_parquet(hub / "cards_2022-02.parquet", columns=["path", "readme_bytes"])
    joined = cards.join(listing, left_on=pl.col("path").str.to_lowercase(), right_on=pl.col("id").str.to_lowercase())
    for row in joined.sort("path").iter_rows(named=True):
        if _STUB not in row["readme_bytes"]:
            yield row["path"], row["readme_bytes"], row["tags"]


def measure(labelled: Iterator[tuple[str, bytes, list[str]]]) -> dict[str, Any]:
    """Return the report over the labelled cards that declare a parent in their tags."""
    tally = Tally()
    for model_id, card, tags in labelled:
        if tagged := tagged_parents(tags):
            tally.count(model_id, tagged, read_card(card))
    return tally.report()


def main(data: Path) -> None:
    """Print the numbers of both sets."""
    print(json.dumps({each.__name__: measure(each(data / "hub")) for each in (families, cards_2022)}, indent=2))


def _share(part: int, whole: int) -> float | None:
    return round(part / whole, 4) if whole else None


if __name__ == "__main__":
    main(Path(sys.argv[1]) if len(sys.argv) > 1 else Path(__file__).parents[2] / "shared" / "data")
