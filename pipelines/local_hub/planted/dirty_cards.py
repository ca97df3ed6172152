"""Defects of the card as a file (dirty-metadata, section 5): bytes no reader should stumble over."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Final

from pipelines.local_hub.planted.bench import Bench, Dirty

_BODY: Final = "\n# A card\n\nIt says a little about a small model.\n"
_FRONT: Final = "---\nlicense: mit\nlanguage: en\n---\n"
_READ: Final[dict[str, Any]] = {"license": "mit", "language": "en"}
"""What the Hub made of the front matter where it could read it; None below: it read none."""
_BOMB: Final = (
    "---\nlicense: mit\na: &a [x, x, x, x, x, x, x, x, x]\n"
    + "".join(f"{key}: &{key} [{', '.join([f'*{below}'] * 9)}]\n" for below, key in zip("abcdefgh", "bcdefghi", strict=True))
    + "---\n"
)
_DEEP: Final = "---\nlicense: mit\ndeep: " + "[" * 2_000 + "]" * 2_000 + "\n---\n"

_Line = tuple[int, str, bytes, dict[str, Any] | None]
_CARDS: Final[tuple[_Line, ...]] = (
    (47, "collector's stub", b"Error: the path 'README.md' does not exist in the given tree", None),
    (47, "N/A in place of a card", b"N/A", None),
    (48, "empty card", b"", None),
    (48, "white space alone", b" \n\n\t\n", None),
    (49, "blank line before the fence", f"\n{_FRONT}{_BODY}".encode(), _READ),
    (50, "text before the fence", f"The house's logo\n{_FRONT}{_BODY}".encode(), _READ),
    (51, "fence not closed", f"---\nlicense: mit\nlanguage: en\n{_BODY}".encode(), None),
    (51, "fence of four dashes", f"----\nlicense: mit\nlanguage: en\n----\n{_BODY}".encode(), None),
    (52, "keys without fences", f"license: mit\ntags: chat\n{_BODY}".encode(), None),
    (53, "YAML error", f"---\nlicense: mit\n@#$@%@#\n---\n{_BODY}".encode(), None),
    (53, "YAML error in a key", f'---\n"fr"tags: x\nlicense: mit\n---\n{_BODY}'.encode(), None),
    (54, "TAB after a key", f"---\nlicense:\tgpl-3.0\n---\n{_BODY}".encode(), {"license": "gpl-3.0"}),
    (55, "list for a mapping", f"---\n- license: mit\n- language: en\n---\n{_BODY}".encode(), None),
    (55, "string for a mapping", f"---\ntags:text-classification\n---\n{_BODY}".encode(), None),
    (56, "UTF-16 with byte-order mark", (_FRONT + _BODY).encode("utf-16"), None),
    (56, "bytes that are no UTF-8", _FRONT.encode() + b"\n# Caf\xe9 \xff\xfe model\n", _READ),
    (57, "invisible characters near the top", f"\u200b{_FRONT}{_BODY}\u200d".encode(), None),
    (58, "HTML first", f"<div><a href='https://example.org/buy'>cheap lamps</a></div>\n{_BODY}".encode(), None),
    (60, "UTF-8 byte-order mark", b"\xef\xbb\xbf" + (_FRONT + _BODY).encode(), _READ),
    (60, "CRLF line ends", (_FRONT + _BODY).replace("\n", "\r\n").encode(), _READ),
    (60, "CR line ends", (_FRONT + _BODY).replace("\n", "\r").encode(), None),
    (60, "NUL bytes", _FRONT.encode() + b"\n# A\x00card\x00\n", _READ),
    (60, "YAML aliases that explode", (_BOMB + _BODY).encode(), None),
    (60, "deep nesting", (_DEEP + _BODY).encode(), None),
)
_LARGE: Final = 300_000
_HUGE: Final = 1_500_000


def _cards(bench: Bench) -> Iterator[Dirty]:
    for number, (category, what, content, card_data) in enumerate(_CARDS):
        tags = [f"license:{card_data['license']}"] if card_data else []
        record = bench.described(f"card-{category}-{number}", card_data or {}, tags)
        if card_data is None:
            del record["cardData"]
        yield Dirty(category, what, record, content)


def _no_card(bench: Bench) -> Iterator[Dirty]:
    record = bench.record("no-card", siblings=[{"rfilename": "config.json"}, {"rfilename": "model.safetensors"}])
    yield Dirty(46, "no README", record)


def _large_cards(bench: Bench) -> Iterator[Dirty]:
    for size in (_LARGE, _HUGE):
        line = "All work and no rest makes a long card, line by line by line.\n"
        content = (_FRONT + "\n# Long\n\n" + line * (size // len(line) + 1)).encode()
        record = bench.described(f"card-of-{size}", _READ, ["license:mit", "en"])
        yield Dirty(59, f"card of {len(content)} bytes", record, content)


ONCE: Final = (_large_cards,)
REPEATED: Final = (_cards, _no_card)
