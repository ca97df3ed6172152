"""What is fuzzed: four readers of strangers' bytes, each with what must hold for any input whatever.

A target takes bytes and raises `AssertionError` where a promise is broken; any other exception is a crash of the reader.
They know nothing of a fuzzer, so that the kept corpus and every input that was ever found run as a plain test too.
"""

from __future__ import annotations

import json
import re
import tempfile
import time
from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import Any
from zlib import crc32

import httpx2
import orjson
import polars as pl

from pipelines.cards import parse_card, read_card
from pipelines.cards.merge_config import merges_in_card
from pipelines.crawl.lookups import look_up
from pipelines.crawl.pages import Pager
from pipelines.crawl.safety import Answer, UnusableBody
from tests.builder.landed import land_records, staged
from tests.cards.card_oracle import check, check_claim
from warehouse.errors import HubtreeError
from warehouse.landing.records import landing_frame, wire_record
from warehouse.landing.schema import LOOKUPS, RECORDS
from warehouse.paths import Layout

AT = datetime(2026, 11, 1)
LARGE = 64 * 1024
"""Bytes of a blown-up input: what is quadratic takes seconds there, what is linear a tenth of one."""
ROUND_TRIP = re.compile("[\x7f-\x9f\u2028\u2029\ufeff\ufffe\uffff]")
"""What JSON writes as it is and YAML reads as something else: with it, JSON is no YAML."""


def front_matter(content: bytes) -> None:
    """Any bytes are a card; front matter read whole reads the same when it is written again."""
    reading = read_card(content)
    check(reading)
    written = reading.facts.front_matter
    if reading.facts.parse_status == "ok" and written is not None and _is_yaml_too(written):
        again = parse_card(f"---\n{written}\n---\n".encode())
        assert (again.front_matter, again.parse_status) == (written, "ok"), "front matter changes when it is written again"


def _is_yaml_too(written: str) -> bool:
    """Whether a JSON text is within what YAML reads alike: a key is at most 1,024 characters, and front matter 256 Ki."""
    keys = [key for mapping in _mappings(json.loads(written)) for key in mapping]
    return len(written) < 200_000 and all(len(json.dumps(key)) < 1_000 for key in keys) and not ROUND_TRIP.search(written)


def _mappings(value: object) -> list[dict[str, Any]]:
    """Every mapping inside a JSON value; front matter is at most 64 levels deep."""
    if isinstance(value, dict):
        return [value, *(found for item in value.values() for found in _mappings(item))]
    return [found for item in value for found in _mappings(item)] if isinstance(value, list) else []


def merge_config(content: bytes) -> None:
    """Any text in a fence names parents or none; a card that shows it twice says no more than one that shows it once."""
    text = content.decode("utf-8", "replace").replace("\0", "\ufffd")
    block = f"```yaml\n{text}\n```\n"
    claims = merges_in_card(block)
    for claim in claims:
        check_claim(claim)
    assert len({(claim.parent_ref, claim.role) for claim in claims}) == len(claims), "one claim a reference and role"
    if "`" not in text and "~" not in text:
        twice = [claim._replace(n_mentions=2 * claim.n_mentions) for claim in claims]
        assert merges_in_card(block + block) == twice, "a configuration shown twice says something else"


class OneAnswer:
    """A hub's client that gets the same answer to every question."""

    endpoint = "https://hub.example"

    def __init__(self, content: bytes) -> None:
        """``content`` is a body, or a status line, headers, a blank line and a body."""
        head, has_head, body = content.partition(b"\n\n") if content.startswith(b"HTTP ") else (b"", b"", content)
        first, *lines = head.split(b"\n")
        told = re.fullmatch(rb"HTTP ([1-5]\d\d)", first)
        pairs = [line.partition(b": ") for line in lines]
        self._status = int(told[1]) if told and has_head else 200
        self._headers = httpx2.Headers([(name, value) for name, _, value in pairs if re.fullmatch(rb"[a-z-]+", name)])
        self._body = body

    def get(self, url: str, read: Callable[[Answer], Any], **_: object) -> Any:
        """Let ``read`` make of the answer what it can, as the true client does."""
        next_link = httpx2.Response(200, headers=self._headers).links.get("next", {}).get("url", "")
        return read(Answer(url, self._status, self._headers, self._body, is_truncated=False, next_link=next_link))


def listing_items(content: bytes) -> None:
    """Any body is a page or refused whole; each item of a page is a model or kept raw, and none costs another."""
    try:
        records = Pager(OneAnswer(content), 1000).fetch("https://hub.example/api/models").records  # type: ignore[arg-type]
    except (HubtreeError, UnusableBody):
        return
    _check_rows(records)
    if crc32(content) % 64 == 0:
        check_conservation(records)


def detail_items(content: bytes) -> None:
    """Any answer to a question after a model gives one row; a record only with the id it was found under."""
    try:
        found = look_up(OneAnswer(content), "ann/one")  # type: ignore[arg-type]
    except (HubtreeError, UnusableBody):
        return
    row = pl.DataFrame([found.row], schema={name: dtype for name, dtype in LOOKUPS.items() if name != "observed_at"})
    _check_no_nul(row)
    assert row["lookup_status"].null_count() == 0
    assert (found.record is not None) == (found.row["lookup_status"] == "found")
    if found.record is not None:
        frame = _check_rows([found.record])
        assert frame["model_id"].to_list() == [found.row["found_id"]], "landed under another id than it was found"


def _check_rows(records: list[Any]) -> pl.DataFrame:
    frame = landing_frame(records, AT)
    assert dict(frame.schema) == dict(RECORDS)
    assert frame.height == len(records), "a row for each item"
    assert frame.filter(pl.col("model_id").is_null() != pl.col("raw").is_not_null()).is_empty(), "a model or kept raw"
    _check_no_nul(frame)
    # A text with half a character in it fits nowhere until it is cleaned: such an item, or one kept raw, may land better.
    rows = [row for row, record in zip(frame.to_dicts(), records, strict=True) if row["raw"] is None and _is_sound(record)]
    again = landing_frame([wire_record(row) for row in rows], AT).to_dicts()
    assert [_unordered(row) for row in again] == [_unordered(row) for row in rows], "landing what was landed changes it"
    return frame


def _is_sound(record: Any) -> bool:
    try:
        orjson.dumps(record)
    except (orjson.JSONEncodeError, RecursionError):
        return False
    return True


def _unordered(row: dict[str, Any]) -> dict[str, Any]:
    """The order of fields within JSON text is nobody's promise."""
    return row | {name: orjson.loads(row[name]) for name in ("extra", "misfits") if row[name] is not None}


def _check_no_nul(frame: pl.DataFrame) -> None:
    for name, dtype in frame.schema.items():
        texts = frame[name].explode() if dtype == pl.List else frame[name]
        assert texts.dtype != pl.String or not texts.str.contains("\0", literal=True).any(), f"NUL in {name}"


def check_conservation(records: list[Any]) -> None:
    """Stage a page by the build's own SQL: each item is kept, superseded by another of its entity, or set aside."""
    if not records:
        return
    with tempfile.TemporaryDirectory() as home:
        layout = Layout(Path(home))
        land_records(layout, *records)
        tables = staged(layout)
    set_aside = tables["quarantine"].filter(pl.col("scope") == "record").height
    [(landed, kept, superseded)] = tables["record_counts"].select("n_landed", "n_kept", "n_superseded").rows()
    assert landed == len(records) == kept + superseded + set_aside, f"{landed} landed, {kept}, {superseded}, {set_aside}"


TARGETS: dict[str, Callable[[bytes], None]] = {
    "front_matter": front_matter,
    "merge_config": merge_config,
    "listing_items": listing_items,
    "detail_items": detail_items,
}


def check_growth(target: Callable[[bytes], None], content: bytes) -> None:
    """Blow an input up, whole, in its middle, or in its items: four times the bytes may be no more than eight times the work.

    CPU time of this process, measured again where the first look says no. Less than half a second is nobody's harm.
    """
    seed = crc32(content)
    start, end = sorted((seed % (len(content) + 1), (seed >> 16) % (len(content) + 1)))
    forms = [(b"", content, b""), (content[:start], content[start:end], content[end:])]
    if content[:1] + content[-1:] == b"[]":
        forms.append((b"[", content[1:-1] + b",", content[1:]))
    for form in forms:
        if form[1] and not _is_linear(target, *form):
            assert _is_linear(target, *form), "the work grows faster than the bytes"


def _is_linear(target: Callable[[bytes], None], before: bytes, middle: bytes, after: bytes) -> bool:
    small, large = (before + middle * (size // len(middle)) + after for size in (LARGE // 4, LARGE))
    cost = _cost(target, large)
    return cost < 0.5 or cost <= 8 * _cost(target, small)


def _cost(target: Callable[[bytes], None], content: bytes) -> float:
    started = time.process_time()
    target(content)
    return time.process_time() - started
