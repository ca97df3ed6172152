"""The stems by which headings are passed over never lose one."""

from __future__ import annotations

import itertools
import re
from re import _constants as kinds  # type: ignore[attr-defined]  # the form of a pattern has no public name
from re import _parser as parser  # type: ignore[attr-defined]
from typing import Any

import pytest

from pipelines.cards.sections import _PATTERNS, _STEMS


def texts(tree: Any) -> list[str]:
    """Texts that a pattern matches: every branch, with and without what is optional."""
    found = [""]
    for kind, argument in tree:
        found = [before + after for before, after in itertools.product(found, _of(kind, argument))]
    return found


def _of(kind: Any, argument: Any) -> list[str]:
    if kind is kinds.LITERAL:
        return [chr(argument)]
    if kind is kinds.BRANCH:
        return [text for branch in argument[1] for text in texts(branch)]
    if kind is kinds.SUBPATTERN:
        return texts(argument[3])
    if kind in (kinds.MAX_REPEAT, kinds.MIN_REPEAT):
        low, _, inner = argument
        return [text * n for n in {low, 1} for text in texts(inner)]
    if kind is kinds.IN:
        return ["a"] if argument[0][0] is kinds.CATEGORY else [chr(value) for what, value in argument if what is kinds.LITERAL]
    assert kind in (kinds.AT, kinds.ASSERT, kinds.ASSERT_NOT), kind
    return [""]


@pytest.mark.parametrize("section", sorted(_PATTERNS))
def test_every_text_that_a_section_knows_holds_a_stem(section: str) -> None:
    pattern = _PATTERNS[section]
    known = [text for text in texts(parser.parse(pattern)) if text.isascii() and re.search(pattern, text)]
    assert len(known) >= 3
    assert [text for text in known if not any(stem in text for stem in _STEMS)] == []
