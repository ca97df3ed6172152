"""Declared languages read as base languages, with their BCP-47 tag; what only looks like a language is none."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Final

import langcodes
from langcodes.tag_parser import LanguageTagError

from pipelines.drift.reading import Reading

COUNTRY_FOR_LANGUAGE: Final[Mapping[str, str]] = {
    "jp": "ja", "kr": "ko", "cn": "zh", "vn": "vi", "gr": "el", "ge": "ka", "kz": "kk", "sp": "es", "al": "sq", "cz": "cs",
    "dk": "da", "ua": "uk", "by": "be", "rs": "sr", "ir": "fa",
}  # fmt: skip
"""Country codes written for the language spoken there. None is an ISO 639-1 code but kr: Kanuri, hardly met."""

MULTILINGUAL: Final = frozenset({"multilingual", "mul"})
_PLACEHOLDERS: Final = frozenset(
    {"unk", "und", "xx", "xxx", "none", "null", "noinfo", "unknown", "n/a", "language", "{language}"}
)
_NOT_NATURAL: Final = frozenset({"code", "zxx", "protein", "dna", "rna", "smiles", "math", "music", "emoji", "molecule"})
_PROGRAMMING: Final = frozenset(
    [
        "python",
        "py",
        "java",
        "javascript",
        "js",
        "typescript",
        "ts",
        "c++",
        "cpp",
        "c#",
        "csharp",
        "rust",
        "go",
        "golang",
        "php",
        "ruby",
        "sql",
        "bash",
        "shell",
        "html",
        "css",
        "kotlin",
        "swift",
        "scala",
        "r",
        "matlab",
        "perl",
        "lua",
        "haskell",
        "julia",
        "verilog",
        "solidity",
        "assembly",
        "cuda",
    ]
)
_NAMES: Final[Mapping[str, str]] = {
    "farsi": "fa", "mandarin": "zh", "cszech": "cs", "deustch": "de", "bangla": "bn", "flemish": "nl", "castilian": "es",
    "brazilian": "pt-BR", "brazilian portuguese": "pt-BR", "simplified chinese": "zh-Hans", "traditional chinese": "zh-Hant",
    "norwegian": "no", "kurdish": "ku", "malay": "ms", "arabic": "ar", "chinese": "zh",
}  # fmt: skip
"""Names and misspellings that the names of CLDR do not hold."""
_SAME_LANGUAGE: Final[Mapping[str, str]] = {
    "nb": "no",
    "cmn": "zh",
    "arb": "ar",
    "iw": "he",
    "in": "id",
    "ji": "yi",
    "fil": "tl",
}
"""Codes that name what another code names in common use; drift between them is none."""
_REGION_NOT_PAIR: Final = frozenset({("fr", "ca"), ("es", "ar"), ("en", "ie"), ("de", "be"), ("fr", "be"), ("nl", "be")})
"""Known locales whose region, read as a code, is also a language."""
_BETWEEN_NAMES: Final = re.compile(r"[,/&+;]|\band\b")
_LONGEST: Final = 60


class LanguageReader:
    """Reads raw language values by the code table of two-letter languages."""

    def __init__(self, codes: Mapping[str, bool]) -> None:
        """Take the ISO 639-1 codes, and whether a bare tag of that spelling often means something else."""
        self._codes = codes

    def read(self, raw: str, *, is_bare_tag: bool = False) -> list[Reading]:
        """Return the languages a raw value names; one reading without a value where it names none."""
        text = raw.strip().strip("{}\"'").lower().replace("_", "-")
        reason = self._no_language(text)
        if reason:
            kind, word = reason
            return [Reading(None, "mul" if kind == "multilingual" else None, kind, word)]
        if text in COUNTRY_FOR_LANGUAGE:
            return [_of(COUNTRY_FOR_LANGUAGE[text], "code_corrected")]
        if text in self._codes:
            return [_of(text, "ambiguous_tag" if is_bare_tag and self._codes[text] else None)]
        return self._by_parts(text) or self._by_tag(text) or _by_name(text) or [Reading(None, reason="not_understood")]

    def _no_language(self, text: str) -> tuple[str | None, str] | None:
        if text in MULTILINGUAL:
            return "multilingual", "multilingual"
        if text in _PLACEHOLDERS or "iso 639" in text or not text:
            return None, "placeholder"
        if text in _PROGRAMMING and text not in self._codes:
            return "programming_language", "programming_language"
        return ("not_a_language", "not_a_language") if text in _NOT_NATURAL else None

    def _by_parts(self, text: str) -> list[Reading]:
        """Read `en-de` as a pair, but `sv-se` as Swedish of Sweden: a region in which the language is the likely one."""
        first, _, second = text.partition("-")
        if second in MULTILINGUAL or first in MULTILINGUAL:
            known = [part for part in (first, second) if part in self._codes]
            return [_of(part, "pair_split") for part in known]
        if first not in self._codes or second not in self._codes or (first, second) in _REGION_NOT_PAIR:
            return []
        here = langcodes.Language.make(territory=second.upper())
        if here.is_valid() and here.maximize().language == first:
            return []
        return [_of(part, "pair_split") for part in (first, second)]

    def _by_tag(self, text: str) -> list[Reading]:
        try:
            tag = langcodes.standardize_tag(text)
        except LanguageTagError:
            return []
        if not langcodes.tag_is_valid(tag):
            return []
        return [_of(text, "region_split" if "-" in text else "longer_code")]


def _of(code: str, reason: str | None) -> Reading:
    tag = langcodes.standardize_tag(code)
    base = code.partition("-")[0]
    short = base if len(base) == 2 else langcodes.standardize_tag(base)
    return Reading(_SAME_LANGUAGE.get(short, short), tag, "language", reason)


def _by_name(text: str) -> list[Reading]:
    """Read a name of a language; or several, parted by white space, commas or `and`."""
    if len(text) > _LONGEST:
        return []
    names = [name.strip() for name in _BETWEEN_NAMES.split(text) if name.strip()]
    for parts in (names, text.split()):
        codes = [_code_of_name(part) for part in parts]
        if codes and all(codes):
            return [_of(code, "name") for code in dict.fromkeys(code for code in codes if code)]
    return []


def _code_of_name(name: str) -> str | None:
    if name in _NAMES:
        return _NAMES[name]
    if len(name) <= 3 or not name.isprintable():  # the library's table of names reads beyond a NUL
        return None
    try:
        return langcodes.find(name).to_tag()
    except LookupError:
        return None
