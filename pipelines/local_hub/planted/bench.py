"""Where dirty records are made: a supply of fresh identities, and the forms a defect is written in."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

import numpy as np
import orjson
import polars as pl

from pipelines.local_hub.planted.front_matter import front_matter
from pipelines.local_hub.planted.identity import hex_text, object_ids, wire_instant
from pipelines.local_hub.planted.parameters import DAY, END_AT, START_AT, stream

OWNER: Final = "quirkworks"
_RELATIONS: Final = ("finetune", "adapter", "quantized", "merge")


@dataclass(frozen=True)
class Claim:
    """What one written parent should come down to."""

    ref: str
    resolution: str
    parent_id: str | None = None
    needs_hub_answer: bool = False
    """Only a redirect of the hub tells where the reference leads."""
    is_weight_inheriting: bool = True


@dataclass(frozen=True)
class Dirty:
    """One dirty record: its category in dirty-metadata (101 and above: malformed on the wire) and what is wrong with it."""

    category: int
    what: str
    record: object
    card: bytes | None = None
    claims: tuple[Claim, ...] = ()
    renames: tuple[str, ...] = ()
    """Old ids of this very model."""

    @property
    def model_id(self) -> str | None:
        """The record's id; None if it has none that can be used."""
        found = self.record.get("id") if isinstance(self.record, Mapping) else None
        return found if isinstance(found, str) and found.strip() else None

    def evidence(self, ref: str) -> list[str]:
        """Return the sources in the record that name ``ref`` as a parent."""
        record = self.record if isinstance(self.record, Mapping) else {}
        declared = (record.get("cardData") or {}).get("base_model")
        sources = {
            "tag": ref in {_untagged(tag) for tag in _texts(record.get("tags"))},
            "card_data": ref in _texts(declared),
            "base_models": ref in [model["id"] for model in (record.get("baseModels") or {}).get("models", ())],
        }
        return [source for source, names_it in sources.items() if names_it]

    def relation(self) -> str | None:
        """Return the relation the record states: the card's word before the Hub's."""
        record: Mapping[str, Any] = self.record if isinstance(self.record, Mapping) else {}
        typed = [tag.split(":")[1] for tag in _texts(record.get("tags")) if tag.count(":") > 1 and _is_typed(tag)]
        stated = (record.get("cardData") or {}).get("base_model_relation")
        return stated or (record.get("baseModels") or {}).get("relation") or (typed[0] if typed else None)


def _texts(value: object) -> list[str]:
    values = value if isinstance(value, list) else [value]
    return [text for text in values if isinstance(text, str)]


def _is_typed(tag: str) -> bool:
    return tag.split(":", 2)[:2] in [["base_model", relation] for relation in _RELATIONS]


def _untagged(tag: str) -> str | None:
    """Return the parent a tag names, without its relation; None for other tags."""
    if _is_typed(tag):
        return tag.split(":", 2)[2]
    return tag.removeprefix("base_model:") if tag.startswith("base_model:") else None


@dataclass
class Bench:
    """Makes records of one seed: identities are taken from a supply that was drawn at once."""

    anchors: pl.DataFrame
    """model_id and hub_object_id of grown models that dirty ones may name as parents."""
    identities: Iterator[dict[str, Any]]
    rng: np.random.Generator
    round: int = 0
    """0 in the full round; repeats of simple defects are numbered from 1."""
    _anchor: int = field(default=0, init=False)

    @staticmethod
    def open(anchors: pl.DataFrame, n_grown: int, n_wanted: int, seed: int) -> Bench:
        """Draw ``n_wanted`` identities, whose object ids follow those of the ``n_grown`` models."""
        rng = stream(seed, "dirty")
        created = rng.integers(START_AT + DAY, END_AT - 40 * DAY, n_wanted)
        supply = pl.DataFrame(
            {
                "_id": object_ids(created, seed, first=n_grown),
                "sha": hex_text(rng.bytes(20 * n_wanted), 40),
                "createdAt": wire_instant(created),
                "lastModified": wire_instant(created + rng.integers(0, 30 * DAY, n_wanted)),
                "downloads": rng.integers(0, 400, n_wanted),
                "likes": rng.integers(0, 20, n_wanted),
            }
        )
        return Bench(anchors, supply.iter_rows(named=True), rng)

    def anchor(self) -> dict[str, str]:
        """Return the next grown model: model_id and hub_object_id."""
        self._anchor = (self._anchor + 1) % self.anchors.height
        return self.anchors.row(self._anchor, named=True)

    def name(self, slug: str) -> str:
        """Return an id that no other record has; later rounds carry their number."""
        return f"{OWNER}/{slug}" if self.round == 0 else f"{OWNER}/{slug}-r{self.round}"

    def record(self, slug: str, **fields: Any) -> dict[str, Any]:
        """Return a plain record with ``fields`` on top; a field given as ``...`` is absent."""
        identity = next(self.identities)
        record = {
            "_id": identity["_id"],
            "id": self.name(slug),
            "author": OWNER,
            "sha": identity["sha"],
            "createdAt": identity["createdAt"],
            "lastModified": identity["lastModified"],
            "private": False,
            "disabled": False,
            "gated": False,
            "downloads": identity["downloads"],
            "downloadsAllTime": 9 * identity["downloads"],
            "likes": identity["likes"],
            "tags": ["transformers", "safetensors", "region:us"],
            "library_name": "transformers",
            "siblings": [{"rfilename": "README.md"}, {"rfilename": "config.json"}, {"rfilename": "model.safetensors"}],
        }
        return {key: value for key, value in (record | fields).items() if value is not ...}

    def described(self, slug: str, card_data: Mapping[str, Any], tags: Sequence[str] = (), **fields: Any) -> dict[str, Any]:
        """Return a record with ``cardData`` and the tags the Hub derives besides the usual ones."""
        usual = ["transformers", "safetensors", *tags, "region:us"]
        return self.record(slug, cardData=dict(card_data), **({"tags": usual} | fields))

    def child(
        self, slug: str, refs: str | list[str], relation: str = "finetune", *, is_tagged: bool = True, **fields: Any
    ) -> dict[str, Any]:
        """Return a record whose card names ``refs`` as parents, tagged as the Hub tags them unless it refused."""
        listed = list(dict.fromkeys([refs] if isinstance(refs, str) else refs)) if is_tagged else []
        tags = [f"base_model:{ref}" for ref in listed] + [f"base_model:{relation}:{ref}" for ref in listed]
        return self.described(slug, {"license": "mit", "base_model": refs}, [*tags, "license:mit"], **fields)


def plain_card(record: Mapping[str, Any], body: str = "") -> bytes:
    """Return a README whose front matter is the record's cardData, with a short body."""
    text = body or f"\n# {record['id']}\n\nA small model for trying things out.\n"
    return (front_matter(orjson.dumps(record.get("cardData", {})).decode()) + text).encode()
