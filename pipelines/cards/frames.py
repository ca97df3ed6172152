"""Many cards: a frame of contents to frames of facts, parent claims, sections, results, emissions, losses, signatures.

All frames are keyed by the card's checksum. One process: when only front matter and parents were read, two took as long for
200,000 cards, since carrying the texts to and fro cost what was won; with more work a card this has not been measured again.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from itertools import repeat
from typing import Any, Final, NamedTuple

import polars as pl

from pipelines.cards.collector import uncollected
from pipelines.cards.loss_tables import CardLoss
from pipelines.cards.minhash import MIN_WORDS, signatures
from pipelines.cards.parent_claim import CARD_CLAIMS, ParentClaim
from pipelines.cards.reading import CardReading, mapping_of, read_cards
from pipelines.cards.statements import CarbonClaim, EvaluationClaim, Statements, statements_of
from warehouse.list_columns import list_column

_TEXTS: Final = pl.List(pl.String())
_BATCH_CARDS: Final = 500
"""Cards read together: their texts and readings are held at a time, some megabytes."""
CARD_FACTS: Final[Mapping[str, pl.DataType]] = {
    "card_sha": pl.String(),
    "parse_status": pl.String(),
    "flags": _TEXTS,
    "front_matter": pl.String(),
    "front_matter_raw": pl.String(),
    "n_bytes": pl.Int64(),
    "n_chars": pl.Int64(),
    "n_card_words": pl.Int64(),
    "n_body_chars": pl.Int64(),
    "n_words": pl.Int64(),
    "n_own_chars": pl.Int64(),
    "n_own_words": pl.Int64(),
    "n_hand_chars": pl.Int64(),
    "template_share": pl.Float64(),
    "is_auto_generated": pl.Boolean(),
    "is_generated": pl.Boolean(),
    "is_template": pl.Boolean(),
    "generator": pl.String(),
    "generators": _TEXTS,
    "sections_from_metadata": _TEXTS,
    "hints": _TEXTS,
}
"""One row a card's checksum: fields of `CardFacts`, `BodyFacts` and `Hints`, and `n_bytes`, the content's length."""

CARD_SECTIONS: Final[Mapping[str, pl.DataType]] = {
    "card_sha": pl.String(),
    "section": pl.String(),
    "n_section_chars": pl.Int64(),
    "n_section_hand_chars": pl.Int64(),
    "text_hash": pl.String(),
}
"""One row a card's checksum and section whose heading stands in it; equal hashes are equal texts."""

CARD_EVALUATIONS: Final[Mapping[str, pl.DataType]] = {
    "card_sha": pl.String(),
    "claim_number": pl.Int64(),
    **dict.fromkeys(("claim_source", "metric", "reported_text"), pl.String()),
    "reported_value": pl.Float64(),
    "reported_spread": pl.Float64(),
    "is_percent": pl.Boolean(),
    **dict.fromkeys(
        ("task", "dataset", "dataset_config", "dataset_split", "row_label", "column_label", "source_url"), pl.String()
    ),
    "has_verify_token": pl.Boolean(),
}
"""One row a card's checksum and result that it states, numbered from 0 in the card's order."""

CARD_CARBON: Final[Mapping[str, pl.DataType]] = {
    "card_sha": pl.String(),
    "claim_source": pl.String(),
    "reported_text": pl.String(),
    "emissions_grams": pl.Float64(),
    "is_unit_assumed": pl.Boolean(),
    **dict.fromkeys(("emissions_source", "training_type", "geographical_location", "hardware_used"), pl.String()),
}
"""One row a card's checksum and source of a statement of emissions."""

CARD_LOSSES: Final[Mapping[str, pl.DataType]] = {
    "card_sha": pl.String(),
    "loss_number": pl.Int64(),
    **dict.fromkeys(CardLoss._fields, pl.Float64()),
}
"""One row a card's checksum and loss of the training log in it, numbered from 0."""

CARD_SIGNATURES: Final[Mapping[str, pl.DataType]] = {"card_sha": pl.String(), "text_hash": pl.String(), "minhash": pl.Binary()}
"""One row a card's checksum with at least `MIN_WORDS` words of its own; ``minhash`` holds `N_BINS` little-endian uint16."""


class ParsedCards(NamedTuple):
    """What reading cards gave, each frame sorted by card_sha."""

    facts: pl.DataFrame
    """`CARD_FACTS`."""
    claims: pl.DataFrame
    """`CARD_CLAIMS`, of one card as it names them."""
    sections: pl.DataFrame
    """`CARD_SECTIONS`."""
    evaluations: pl.DataFrame
    """`CARD_EVALUATIONS`."""
    carbon: pl.DataFrame
    """`CARD_CARBON`."""
    signatures: pl.DataFrame
    """`CARD_SIGNATURES`."""
    losses: pl.DataFrame
    """`CARD_LOSSES`."""


SCHEMAS: Final[Mapping[str, Mapping[str, pl.DataType]]] = {
    "facts": CARD_FACTS,
    "claims": CARD_CLAIMS,
    "sections": CARD_SECTIONS,
    "evaluations": CARD_EVALUATIONS,
    "carbon": CARD_CARBON,
    "signatures": CARD_SIGNATURES,
    "losses": CARD_LOSSES,
}
"""The schemas of `ParsedCards` by field."""


def parse_cards(cards: pl.DataFrame) -> ParsedCards:
    """Parse the cards of a frame with the columns card_sha and content.

    Rows without content or checksum are left out; of rows with the same checksum one is parsed.
    """
    rows = _Rows()
    with uncollected():
        for batch in _distinct(cards).iter_slices(_BATCH_CARDS):
            for sha, content, reading in zip(*batch, read_cards(batch["content"].to_list()), strict=True):
                rows.add(sha, len(content), reading)
    return ParsedCards(
        rows.frame("facts", CARD_FACTS),
        rows.frame("claims", CARD_CLAIMS, ("card_sha", *ParentClaim._fields)),
        rows.frame("sections", CARD_SECTIONS),
        rows.frame("evaluations", CARD_EVALUATIONS, ("card_sha", "claim_number", *EvaluationClaim._fields)),
        rows.frame("carbon", CARD_CARBON, ("card_sha", *CarbonClaim._fields)),
        _signatures(rows.signed, rows.texts),
        rows.frame("losses", CARD_LOSSES),
    )


class MetadataStatements(NamedTuple):
    """What metadata state without a card's text: the columns of the frames of cards, model_id in the checksum's place."""

    evaluations: pl.DataFrame
    carbon: pl.DataFrame


def statements_in_metadata(metadata: pl.DataFrame) -> MetadataStatements:
    """Return the results and emissions in a frame of model_id and metadata (JSON objects as text); others state nothing."""
    rows = _Rows()
    for model_id, text in metadata.select("model_id", "metadata").iter_rows():
        rows.add_statements(model_id, statements_of(mapping_of(text)))
    evaluations = rows.frame("evaluations", CARD_EVALUATIONS, ("card_sha", "claim_number", *EvaluationClaim._fields))
    carbon = rows.frame("carbon", CARD_CARBON, ("card_sha", *CarbonClaim._fields))
    return MetadataStatements(evaluations.rename({"card_sha": "model_id"}), carbon.rename({"card_sha": "model_id"}))


class _Rows:
    """Rows of the frames, gathered card by card as plain tuples, which cost Python's collector of garbage nothing."""

    def __init__(self) -> None:
        self.rows: dict[str, list[tuple[Any, ...]]] = {name: [] for name in SCHEMAS}
        self.signed: list[str] = []
        self.texts: list[str] = []

    def add(self, sha: str, n_bytes: int, reading: CardReading) -> None:
        n_own_words = reading.facts.n_words - reading.body.n_other_words
        self.rows["facts"].append(_fact(sha, n_bytes, n_own_words, reading))
        self.rows["claims"] += [(sha, *claim) for claim in reading.claims]
        self.rows["sections"] += [
            (sha, section, found.n_chars, found.n_hand_chars, _hash_of(found.text))
            for section, found in reading.body.sections.items()
        ]
        self.add_statements(sha, reading.statements)
        if n_own_words >= MIN_WORDS:
            self.signed.append(sha)
            self.texts.append(reading.body.own_text)

    def add_statements(self, key: str, statements: Statements) -> None:
        self.rows["evaluations"] += [(key, n, *claim) for n, claim in enumerate(statements.evaluations)]
        self.rows["carbon"] += [(key, *claim) for claim in statements.carbon]
        self.rows["losses"] += [(key, n, *loss) for n, loss in enumerate(statements.losses)]

    def frame(self, name: str, schema: Mapping[str, pl.DataType], fields: Sequence[str] | None = None) -> pl.DataFrame:
        """Return the rows of one kind; ``fields`` name their places where these are not the schema's."""
        columns = zip(fields or schema, zip(*self.rows[name], strict=True) if self.rows[name] else repeat(()), strict=False)
        return pl.DataFrame([_column(field, values, schema[field]) for field, values in columns]).select(*schema)


def _column(name: str, values: Sequence[Any], dtype: pl.DataType) -> pl.Series:
    return list_column(name, values, dtype) if isinstance(dtype, pl.List) else pl.Series(name, values, dtype)


def _fact(sha: str, n_bytes: int, n_own_words: int, reading: CardReading) -> tuple[Any, ...]:
    """Return one row of `CARD_FACTS`."""
    facts, body = reading.facts, reading.body
    flags = tuple(sorted({*facts.flags, *reading.hints.flags}))
    return (
        sha, facts.parse_status, flags, facts.front_matter, facts.front_matter_raw, n_bytes, facts.n_chars, facts.n_card_words,
        facts.n_body_chars, facts.n_words, body.n_own_chars, n_own_words, body.n_hand_chars, body.template_share,
        facts.is_auto_generated, bool(body.generators), body.is_template, body.generator, body.generators,
        reading.from_metadata, reading.hints.hints,
    )  # fmt: skip


def _signatures(shas: Sequence[str], texts: Sequence[str]) -> pl.DataFrame:
    packed = [row.tobytes() for row in signatures(texts).astype("<u2")]
    columns = {"card_sha": shas, "text_hash": [_hash_of(text) for text in texts], "minhash": packed}
    return pl.DataFrame(columns, schema=CARD_SIGNATURES)


def _hash_of(text: str) -> str:
    """Return 16 hexadecimal digits of a text."""
    return hashlib.blake2b(text.encode("utf-8", "replace"), digest_size=8).hexdigest()


def _distinct(cards: pl.DataFrame) -> pl.DataFrame:
    usable = cards.select("card_sha", "content").drop_nulls()
    return usable.unique("card_sha", keep="first", maintain_order=True).sort("card_sha")
