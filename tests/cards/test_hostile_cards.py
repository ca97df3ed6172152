"""Hostile cards of a megabyte: every one gives a row, and the work grows as the card does.

Time is not measured here. Work in Python is counted as calls, for a card and for one four times as long; work inside the
regular expressions is bounded by their form: without one open repeat inside another, or at the start of a search, each
character is looked at a bounded number of times.
"""

from __future__ import annotations

import importlib
import pkgutil
import re
import sys
from collections.abc import Iterator
from re import _constants as kinds  # type: ignore[attr-defined]  # the form of a pattern has no public name
from re import _parser as parser  # type: ignore[attr-defined]
from typing import Any

import pytest

import pipelines.cards
from pipelines.cards import read_card

MEGABYTE = 1_000_000
FRONT = "---\nlicense: mit\n---\n"

HOSTILE = {
    "quotes in quotes": lambda n: "".join(">" * (k % 200) + " a\n" for k in range(n // 102)),
    "quotes without end": lambda n: "> " * (n // 2),
    "lists in lists": lambda n: "".join(" " * (k % 400) + "- a\n" for k in range(n // 204)),
    "a list without end": lambda n: "- a\n" * (n // 4),
    "fences never closed": lambda n: "```a\n~~~b\n````c\n" * (n // 16),
    "fences one in another": lambda n: "".join("`" * (3 + k % 300) + "\n" for k in range(n // 154)),
    "one fence never closed": lambda n: "```\n" + "a\n" * (n // 2),
    "headings": lambda n: "".join(f"## Limitations {k}\n" for k in range(n // 20)),
    "underlined headings": lambda n: "Results\n---\n" * (n // 12),
    "number signs": lambda n: "#" * n,
    "links": lambda n: "This model is a fine-tuned version of [a/b](https://huggingface.co/a/b) " * (n // 72),
    "a link a line": lambda n: "fine-tuned version of [a/b](https://huggingface.co/a/b)\n" * (n // 56),
    "original models": lambda n: "Original model: https://huggingface.co/a/b\n" * (n // 43),
    "brackets": lambda n: "[" * n,
    "brackets and links": lambda n: "[](" * (n // 3),
    "comments never closed": lambda n: "<!-- " * (n // 5),
    "comments": lambda n: "<!-- a -->" * (n // 10),
    "rules": lambda n: "---\n" * (n // 4),
    "dashes": lambda n: "-" * n,
    "rules with blanks": lambda n: "---   \n   \n" * (n // 11),
    "blanks": lambda n: " " * n + "x",
    "blank lines": lambda n: "\n" * n,
    "blanks before line ends": lambda n: (" " * 500 + "\n") * (n // 501),
    "stars": lambda n: "*" * n,
    "bold": lambda n: "**a** " * (n // 6),
    "bold lines": lambda n: "**Training data**\n" * (n // 18),
    "tables": lambda n: "| MMLU | 1 |\n|---|---|\n| a | 0.5 |\n\n" * (n // 36),
    "a table without end": lambda n: "| Test | f1 |\n|---|---|\n" + "| a | 0.5 |\n" * (n // 12),
    "bars": lambda n: "|" * n,
    "bars and rules": lambda n: "|-" * (n // 2),
    "results": lambda n: "It achieves the following results on the evaluation set:\n- Loss: 1\n" * (n // 67),
    "emissions": lambda n: "Carbon Emitted: 1 1 1\n" * (n // 22),
    "digits": lambda n: "1" * n,
    "numbers": lambda n: "1,111" * (n // 5),
    "one word": lambda n: "a" * n,
    "words": lambda n: "more information needed " * (n // 24),
    "marks": lambda n: "This is a [sentence-transformers](x) PrunaAI smashed TheBloke\n" * (n // 61),
    "notices": lambda n: "<!-- the information the Trainer had access to -->\nMore information needed\n" * (n // 75),
    "merges": lambda n: "```yaml\nmodels:\n- model: a/b\nmerge_method: ties\n```\n" * (n // 51),
    "a merge without end": lambda n: "```yaml\nmerge_method: ties\nmodels:\n" + "- model: a/b\n" * (n // 13),
    "a merge of many": lambda n: "```yaml\nmerge_method: ties\nmodels:\n" + "".join(f"- model: {k}\n" for k in range(n // 16)),
    "html": lambda n: "<a href='" * (n // 9),
    "carriage returns": lambda n: "a\r" * (n // 2),
    "next lines": lambda n: "---\x85a: b\x85" * (n // 9),
    "front matter without end": lambda n: "---\n" + "a: b\n" * (n // 5),
    "keys without fences": lambda n: "license: mit\n" * (n // 13),
    "deep front matter": lambda n: "---\na: " + "[" * n + "\n---\n",
    "anchors": lambda n: "---\na: &a [b]\n" + "c: *a\n" * (n // 6) + "---\n",
    "hints": lambda n: "---\n" + "".join(f"licence{' ' * (k % 9)}: a\n" for k in range(n // 16)) + "---\n",
    "quotation marks": lambda n: '---\na: "' + "\\\"" * (n // 2) + "\n---\n",
}  # fmt: skip
BODIES = sorted(HOSTILE)


@pytest.mark.parametrize("name", BODIES)
def test_a_hostile_megabyte_gives_a_reading(name: str) -> None:
    text = HOSTILE[name](MEGABYTE)
    card = read_card(text.encode())
    assert card.facts.n_chars == len(text)
    assert card.body.n_hand_chars <= card.body.n_own_chars <= card.facts.n_body_chars


def calls(content: bytes) -> int:
    """Count the calls of Python and of C functions while a card is read."""
    counted = 0

    def count(frame: object, event: str, argument: object) -> None:
        nonlocal counted
        counted += event in ("call", "c_call")

    before = sys.getprofile()
    sys.setprofile(count)
    try:
        read_card(content)
    finally:
        sys.setprofile(before)
    return counted


@pytest.mark.parametrize("name", BODIES)
def test_four_times_the_card_is_at_most_four_times_the_work(name: str) -> None:
    small, large = (calls((FRONT + HOSTILE[name](size)).encode()) for size in (20_000, 80_000))
    assert large <= 4.4 * small + 2_000


def patterns() -> Iterator[tuple[str, re.Pattern[str]]]:
    """Every compiled pattern of the room, also those inside tuples and rules."""
    for module in pkgutil.iter_modules(pipelines.cards.__path__, "pipelines.cards."):
        for name, value in vars(importlib.import_module(module.name)).items():
            yield from ((f"{module.name}.{name}", found) for found in _inside(value))


def _inside(value: Any) -> Iterator[re.Pattern[str]]:
    if isinstance(value, re.Pattern):
        yield value
    elif isinstance(value, tuple):
        for item in value:
            yield from _inside(item)
    elif hasattr(value, "phrase"):
        yield value.phrase


PATTERNS = sorted({(name, found.pattern, found.flags) for name, found in patterns()})

AT_A_PLACE = {"_FENCE_FIRST", "_HTML_TAG", "_KEYS_FIRST", "_SEPARATOR", "_LORA_AFTER", "_RULE", "_SCORE", "_SPREAD", "_PASTED"}
"""Begin with an open repeat, but are tried at one place of a text, or in a line that is cut: `match`, `fullmatch`."""


def _repeats(tree: Any) -> Iterator[Any]:
    """The open repeats of a pattern's top level, or of its groups."""
    for kind, argument in tree:
        if kind in (kinds.MAX_REPEAT, kinds.MIN_REPEAT) and argument[1] is kinds.MAXREPEAT:
            yield argument[2]
        else:
            yield from (found for part in _parts(argument) for found in _repeats(part))


def _parts(argument: Any) -> Iterator[Any]:
    if isinstance(argument, parser.SubPattern):
        yield argument
    elif isinstance(argument, tuple | list):
        for item in argument:
            yield from _parts(item)


def test_there_are_patterns_to_look_at() -> None:
    assert len(PATTERNS) > 60
    assert list(_repeats(parser.parse("(?:a+b)+")))


@pytest.mark.parametrize(("name", "pattern", "flags"), PATTERNS, ids=range(len(PATTERNS)))
def test_no_open_repeat_stands_inside_another_or_begins_a_search(name: str, pattern: str, flags: int) -> None:
    tree = parser.parse(pattern, flags)
    for inner in _repeats(tree):
        nested = list(_repeats(inner))
        assert not nested, f"{name}: {pattern}"
    first = next(iter(tree), (None, None))
    is_open = first[0] in (kinds.MAX_REPEAT, kinds.MIN_REPEAT) and first[1][1] is kinds.MAXREPEAT
    assert not is_open or name.rpartition(".")[2] in AT_A_PLACE, f"{name}: {pattern}"
