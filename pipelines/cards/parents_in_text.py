"""Parents that the words of a card name: generators' set phrases, fields, and sentences with a link to a model.

A card is read line by line, each line up to a length, so time grows with the card's length alone. Code is left out but for
the configuration that Axolotl embeds; so are tables, which list other models as a rule.

Whoever converts a model likes to paste the card of the original below his own words, and that card names the original's
parent. So behind a quantiser's phrase only quantisers' phrases count, and behind a heading "original model card" nothing.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from functools import cached_property, lru_cache
from typing import Final

from pipelines.cards.markdown_lines import Lines, read_lines
from pipelines.cards.parent_claim import ParentClaim, excerpt_of
from pipelines.cards.telling_lines import MAX_LINE_CHARS, PASTED_WITHIN_CHARS, TellingLine, telling_lines
from pipelines.cards.text_references import Found, next_id, next_link, next_quoted, reference_at
from pipelines.cards.text_rules import FIELD, NEEDED, RULES, SET_PHRASE, Rule

NEAR_CHARS: Final = 90
"""A link belongs to a phrase when it begins at most so many characters behind it."""
MAX_CLAIMS: Final = 200
"""References kept of one card; no merge in the recorded cards names more than 53."""

_HEADING = re.compile(r"\s{0,3}#{1,6}\s")
_BULLET = re.compile(r"\s{0,8}(?:[-*+•]|\d{1,2}[.)])\s+")
_PASTED = re.compile(r"^\W*(?:the )?original (?:model )?(?:card|readme|description)\b(?!\]\()", re.IGNORECASE)
_MERGED = re.compile(
    r"^\s{0,3}#{2,6}\s+Models Merged|^\W{0,8}(?:merged|constituent|component) models\W{0,4}[:：]\W{0,4}$|"
    r"^\W{0,8}models (?:merged|used in (?:the|this) merge)\W{0,4}[:：]\W{0,4}$|"
    r"\b(?:merge|frankenmerge|mixture of experts|MoE|made|blend)\b.{0,60}?\bfollowing"
    r"(?: \w+)? models\b|\bfollowing models were (?:included in the merge|merged)",
    re.IGNORECASE,
)
_BLOCKS_GAP = re.compile(
    r"[.!?;|](?:\s|$)|\b(?:using|with|via|by|as|than|like|similar|compared|following|this|these|our|my|available|here|trained|"
    r"dataset|data|tuned|described|see|thanks|and|paper|method|script|code|library|framework|recipe)\b",
    re.IGNORECASE,
)
_OTHER_MODEL = re.compile(
    r"\b(?:unlike|compared|comparison|instead of|not|never|neither|nor|without|similar(?:ly)? to|versus|vs|than|outperforms?|"
    r"other|nicht|kein\w{0,2}|pas|не)\b|n[’']t\b|不是|并非|並非",
    re.IGNORECASE,
)
_ELSEWHERE = re.compile(r"^\W{0,8}(?:see|see also|check out|try|also try|you may also like)\b", re.IGNORECASE)
"""A line that sends the reader to another model says what that one was made from."""
_QUANT_MARK = re.compile(r"gguf|ggml|gptq|\bawq\b|exl2|quant|\bmlx\b|onnx|openvino|smashed", re.IGNORECASE)
_PEFT_MARK = re.compile(r"^- PEFT \d", re.MULTILINE)
_AXOLOTL_BASE = re.compile(r"base_model\s*:\s*['\"]?(?=[\w./~])")
_AXOLOTL_MARK = re.compile(
    r"^(?:sequence_len|micro_batch_size|gradient_accumulation_steps|datasets|sample_packing|val_set_size)\s*:", re.M
)
_BASE_ROW = re.compile(r"\|[\s*_`]{0,6}(?:base|parent|foundation)[\s_-]?model[\s*_`]{0,6}\|[^|]{1,400}\|?\s*$", re.IGNORECASE)
"""The one row of a table that is a field: a name and its value, no third cell."""
_SEPARATOR = re.compile(r"[`*_\"']*\s*(?:,|&|\+|/|、|\b(?:and|with)\b)\s*")
_LORA_AFTER = re.compile(r"\s*\+\s*")

_RULES_OF: Final = {stem: tuple(rank for rank, rule in enumerate(RULES) if stem in rule.needs) for stem in NEEDED}


@dataclass
class _Reading:
    """The state of reading one card."""

    body: str
    claims: list[ParentClaim] = field(default_factory=list)
    is_conversion: bool = False
    """A quantiser's phrase was met."""
    is_listing: bool = False
    """The bullets that follow are merged models."""
    expects: Rule | None = None
    """A field's rule whose value stands in the next line."""

    @property
    def is_open(self) -> bool:
        """The next line is read whatever it holds."""
        return self.is_listing or self.expects is not None

    @cached_property
    def is_quantized(self) -> bool:
        """The card speaks of a format of converted weights."""
        return _QUANT_MARK.search(self.body) is not None

    @cached_property
    def is_peft(self) -> bool:
        """The card's list of versions has PEFT."""
        return _PEFT_MARK.search(self.body) is not None

    def add(self, rule: str, relation: str | None, confidence: float, ref: str, line: str) -> None:
        self.claims.append(ParentClaim("card_text", ref, relation, rule, confidence, excerpt_of(line)))


def parents_in_text(body: str, lines: Lines | None = None, telling: Sequence[TellingLine] | None = None) -> list[ParentClaim]:
    """Return the parents that a card's body names, one claim a reference: the surest, its mentions counted; never raises.

    Args:
        body: the body without comments.
        lines: its lines.
        telling: those of them to be read, as `telling_lines` gives them for many cards at once.
    """
    lines = read_lines(body) if lines is None else lines
    telling = telling_lines([lines])[0] if telling is None else telling
    reading = _Reading(body)
    for number, stems in _wanted(reading, telling, len(lines.texts)):
        line, code = lines.texts[number], lines.codes[number]
        is_pasted = "riginal" in line[:PASTED_WITHIN_CHARS] and _PASTED.match(line)
        if len(reading.claims) >= MAX_CLAIMS or is_pasted:
            break
        if code is None:
            _read_line(reading, line[:MAX_LINE_CHARS], stems)
        elif not reading.is_conversion:
            _read_code(reading, code)
    return _surest(reading.claims)


def _wanted(reading: _Reading, telling: Sequence[TellingLine], n_lines: int) -> Iterator[TellingLine]:
    """Yield the lines to read: the telling ones, and every line while one before it left something open."""
    number = -1
    for told in (*telling, TellingLine(n_lines, ())):
        while reading.is_open and number + 1 < told.number:
            number += 1
            yield TellingLine(number, ())
        number = told.number
        if number < n_lines:
            yield told


def _read_line(reading: _Reading, line: str, stems: tuple[str, ...]) -> None:
    text = line.lstrip()
    if text.startswith("#") and _HEADING.match(line):
        reading.is_listing = False
    if reading.is_listing and _read_bullet(reading, line):
        return
    if reading.expects is not None and text:
        _read_value(reading, reading.expects, line)
        reading.expects = None
    if stems and (not text.startswith("|") or _BASE_ROW.match(text)):
        _read_phrases(reading, text.lstrip("| ") if text.startswith("|") else line, stems)


def _read_phrases(reading: _Reading, line: str, stems: tuple[str, ...]) -> None:
    if not reading.is_conversion and "models" in stems and _MERGED.search(line):
        reading.is_listing = True
        return
    if not ("/" in line or "`" in line or line.rstrip(" *_").endswith((":", "："))):
        return  # nothing that could be a reference, and no field whose value follows
    taken: set[int] = set()
    for rule in _rules_of(stems):
        if rule.relation == "quantized" or not reading.is_conversion:
            _apply(reading, rule, line, taken)


@lru_cache(maxsize=10_000)
def _rules_of(stems: tuple[str, ...]) -> tuple[Rule, ...]:
    """Return the rules that need one of the stems, in the order of reading."""
    return tuple(RULES[rank] for rank in sorted({rank for stem in stems for rank in _RULES_OF[stem]}))


def _read_bullet(reading: _Reading, line: str) -> bool:
    """Read a bullet of merged models; a paragraph behind the bullets ends them."""
    bullet = _BULLET.match(line)
    if not bullet:
        if line.strip() and any(claim.rule == "models_merged" for claim in reading.claims):
            reading.is_listing = False
        return False
    found = reference_at(line, bullet.end(), bare=True)
    if found is None:
        return True
    reading.add("models_merged", "merge", SET_PHRASE, found.ref, line)
    if plus := _LORA_AFTER.match(line, found.end):
        lora = reference_at(line, plus.end(), bare=True)
        if lora:
            reading.add("models_merged", "merge", SET_PHRASE, lora.ref, line)
    return True


def _read_value(reading: _Reading, rule: Rule, line: str) -> None:
    bullet = _BULLET.match(line)
    found = reference_at(line, bullet.end() if bullet else 0)
    if found and not line[found.end :].strip(" \t`*_.)>"):
        _claim(reading, rule, found, line)


def _apply(reading: _Reading, rule: Rule, line: str, taken: set[int]) -> None:
    phrase = rule.phrase.search(line)
    if not phrase:
        return
    if rule.where == "before":
        found = _before(line, phrase.start())
    elif rule.where == "near":
        found = _near(line, phrase, allows_bare=rule.relation is not None)
    else:
        found = reference_at(line, phrase.end(), bare=rule.bare)
        if found is None and rule.confidence == FIELD and not line[phrase.end() :].strip(" *_`:"):
            reading.expects = rule
    while found and found.start not in taken:
        taken.add(found.start)
        _claim(reading, rule, found, line)
        separator = _SEPARATOR.match(line, found.end) if rule.several else None
        found = reference_at(line, separator.end()) if separator else None
        if found and rule.where == "near" and not found.is_link:
            found = next_id(line, found.start)


def _near(line: str, phrase: re.Match[str], *, allows_bare: bool) -> Found | None:
    """Find the model that a sentence goes on to name, unless other words come between; an id without a mark only if allowed."""
    if _OTHER_MODEL.search(line, max(0, phrase.start() - 40), phrase.end()) or _ELSEWHERE.match(line):
        return None
    links = next_link(line, phrase.end(), NEAR_CHARS), next_quoted(line, phrase.end(), NEAR_CHARS)
    found = min((each for each in links if each), key=lambda each: each.start, default=None)
    if found is None and allows_bare:
        found = next_id(line, phrase.end())
    if found is None or _BLOCKS_GAP.search(line, phrase.end(), found.start):
        return None
    return found


def _before(line: str, end: int) -> Found | None:
    """Find the reference that ends where a phrase begins."""
    start = line.rfind("[", 0, end)
    if start < 0:
        start = line.rfind("http", 0, end)
    found = reference_at(line, start) if start >= 0 else None
    return found if found and end - found.end <= 10 else None


def _claim(reading: _Reading, rule: Rule, found: Found, line: str) -> None:
    relation = rule.relation
    if relation == "quantized" and rule.confidence >= SET_PHRASE:
        reading.is_conversion = True
    if rule.name == "original_model" and reading.is_quantized:
        relation, reading.is_conversion = "quantized", True
    if relation == "finetune" and reading.is_peft:
        relation = "adapter"
    reading.add(rule.name, relation, rule.confidence, found.ref, line)


def _read_code(reading: _Reading, code: str) -> None:
    """Read the configuration of a training that a card embeds."""
    if "base_model" not in code or not _AXOLOTL_MARK.search(code):
        return
    for line in code.splitlines():
        if named := _AXOLOTL_BASE.match(line):
            found = reference_at(line[:MAX_LINE_CHARS], named.end(), bare=True)
            if found:
                is_adapter = re.search(r"^adapter:\s*\w", code, re.MULTILINE) is not None
                reading.add("axolotl_config", "adapter" if is_adapter else "finetune", SET_PHRASE, found.ref, line)
            return


def _surest(claims: list[ParentClaim]) -> list[ParentClaim]:
    """Return one claim a reference, in the order of first mention: the first of the surest."""
    best: dict[str, ParentClaim] = {}
    mentions: dict[str, int] = {}
    for claim in claims:
        mentions[claim.parent_ref] = mentions.get(claim.parent_ref, 0) + 1
        if claim.parent_ref not in best or claim.confidence > best[claim.parent_ref].confidence:
            best[claim.parent_ref] = claim
    return [best[ref]._replace(n_mentions=n) for ref, n in mentions.items()]
