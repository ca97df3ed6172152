"""Declared licences read as hub ids, with SPDX expression and class; nothing is guessed without a reason beside it."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from license_expression import ExpressionError, Licensing, get_spdx_licensing

from pipelines.drift.reading import Reading

_NO_STATEMENT: Final = {"unknown": "says_unknown", "license": "placeholder", "licence": "placeholder", "none": "placeholder"}
"""Words in the place of a licence. `license` is what one training library writes under the key `licence`."""
_BETWEEN: Final = re.compile(r"[^a-z0-9+]+")
_MUTE: Final = re.compile(r"\b(?:the|licen[cs]e|community|agreement|version|v(?=\d))\b|[\s_,()]+", re.IGNORECASE)


@dataclass(frozen=True)
class License:
    """What the code table says of a licence id."""

    spdx: str | None
    license_class: str


class LicenseReader:
    """Reads raw licence texts by the code tables of licences and of their aliases."""

    def __init__(self, known: Mapping[str, License], aliases: Mapping[str, str]) -> None:
        """Take the licences by hub id, and other spellings (lower case, single hyphens between words) with the id they mean."""
        self._known = known
        self._aliases = aliases
        self._by_spdx = {entry.spdx: name for name, entry in known.items() if entry.spdx}
        self._spdx: Licensing = get_spdx_licensing()

    def read(self, raw: str) -> list[Reading]:
        """Return what a declared licence is: in order an id, an alias, an SPDX expression, or a text nobody knows.

        An expression that names several licences gives one reading each. A text that is not understood stays a value, so
        that replacing it is a change.
        """
        text = raw.strip().lower()
        if text in _NO_STATEMENT:
            return [Reading(None, reason=_NO_STATEMENT[text])]
        if text in self._known:
            return [self._of(text, "own_text" if text == "other" else None)]
        plain = _plain(text)
        hyphened = _BETWEEN.sub("-", text).strip("-")
        if hyphened in self._aliases:
            return [self._of(self._aliases[hyphened], "alias")]
        if plain in self._known:
            return [self._of(plain, "alias")]
        return self._by_expression(raw) or [Reading(text, reason="not_understood")]

    def _of(self, license_id: str, reason: str | None) -> Reading:
        entry = self._known[license_id]
        return Reading(license_id, entry.spdx, entry.license_class, reason)

    def _by_expression(self, raw: str) -> list[Reading]:
        try:
            keys = self._spdx.license_keys(self._spdx.parse(raw.strip(), validate=True))
        except ExpressionError:
            return []
        found = []
        for key in keys:
            license_id = self._by_spdx.get(key) or self._by_spdx.get(re.sub("-or-later$", "-only", key))
            entry = self._known.get(license_id or "")
            found.append(Reading(license_id or key.lower(), key, entry.license_class if entry else None, "spdx_expression"))
        return found


def _plain(text: str) -> str:
    """Return a text without words that every licence's name may hold: `apache license 2.0` is `apache-2.0`."""
    return re.sub("-+", "-", _MUTE.sub("-", text)).strip("-")
