"""What a card's body holds: its nine sections, and whose words they are: a template's, a tool's, or a person's.

A line is a template's when it stands in every card of a tool that wrote this one. Lists, tables and code below a heading of
that tool's template, and its title, say something about the model and count as content, but no person wrote them. The rest is
written by hand. Only cards with a tool's mark have lines of the first two kinds, and placeholders anywhere.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass, field
from typing import Final, NamedTuple

from pipelines.cards.generated import TemplateLines, generators_of, template_lines
from pipelines.cards.markdown_lines import Lines
from pipelines.cards.sections import MAX_HEADING_CHARS, sections_of_heading

TEMPLATE_HAND_CHARS: Final = 200
"""A card that a tool wrote is a template while a person has added fewer characters: two sentences."""

_PLACEHOLDERS: Final = (
    "More information needed", "[More Information Needed]", "[More information needed]", "More Information Needed",
    "[optional]", "[needs more information]", "Needs More Information", "TODO", "TBD", "To be added", "Coming soon", "N/A",
)  # fmt: skip
_MAX_PLACEHOLDER_CHARS: Final = 60
_NEEDED: Final = "nformation Needed]"
_OF_A_TOOL: Final = ("- ", "* ", "|", "![", "[![", "<img", "<", "+ ")
"""How lists, tables and pictures begin."""
_INTRODUCTIONS: Final = ("This model is a fine-tuned version of", "This model was trained")
_BOLD_LEVEL: Final = 7
_UNDERLINES: Final = ("=", "-")


class SectionText(NamedTuple):
    """What stands under the headings of one section."""

    n_chars: int
    """Without template lines; 0 for a heading with nothing below it."""
    n_hand_chars: int
    text: str
    """That text, for comparison with the parent's."""


@dataclass
class BodyFacts:
    """What one body holds; characters are those of lines without blanks around them, so line ends do not count."""

    generators: tuple[str, ...]
    own_text: str = ""
    """The lines that are no template's, one below the other."""
    n_own_chars: int = 0
    n_template_chars: int = 0
    n_hand_chars: int = 0
    n_other_words: int = 0
    """Words of template lines, of fences and of the rows that underline headings."""
    sections: dict[str, SectionText] = field(default_factory=dict)

    @property
    def generator(self) -> str | None:
        """The chief of `generators`."""
        return self.generators[0] if self.generators else None

    @property
    def template_share(self) -> float | None:
        """Share of the characters that stand on template lines; null for an empty body."""
        n_chars = self.n_template_chars + self.n_own_chars
        return self.n_template_chars / n_chars if n_chars else None

    @property
    def is_template(self) -> bool:
        """A tool wrote the card, and a person added next to nothing."""
        return bool(self.generators) and self.n_hand_chars < TEMPLATE_HAND_CHARS


@dataclass
class _Scan:
    """The state of reading one body."""

    known: TemplateLines
    is_generated: bool
    own: list[str] = field(default_factory=list)
    n_own: int = 0
    n_template: int = 0
    n_hand: int = 0
    n_other_words: int = 0
    n_headings: int = 0
    above: list[tuple[int, tuple[str, ...], bool]] = field(default_factory=list)
    """Headings above the line: level, sections (its own or inherited), whether the template has it."""
    texts: dict[str, list[str]] = field(default_factory=dict)
    hand: dict[str, int] = field(default_factory=dict)

    def heading(self, level: int, title: str) -> None:
        """Open a heading: it closes those of its level and below, and passes its sections down to nameless ones."""
        while self.above and self.above[-1][0] >= level:
            self.above.pop()
        is_known = self.is_generated and title.strip(" #*:_").lower() in self.known.headings
        is_title = self.is_generated and not self.n_headings
        _, inherited, is_below_known = self.above[-1] if self.above else (0, (), False)
        named = sections_of_heading(title)
        sections = named or inherited
        self.n_headings += 1
        self.above.append((level, sections, is_known or is_title or (is_below_known and not named)))
        for section in sections:
            self.texts.setdefault(section, [])
        if is_known or title.startswith(self.known.beginnings):
            self.template(title)
        else:
            self.keep(title, (), is_hand=not is_title)

    def line(self, text: str) -> None:
        """Count one line of text."""
        if self.is_template(text):
            self.template(text)
            return
        of_tool = self.is_generated and (not self.n_headings or self.is_below_known()) and text.startswith(_OF_A_TOOL)
        self.keep(text, self.sections(), is_hand=not of_tool and not self.is_introduction(text))

    def template(self, text: str) -> None:
        """Count a template's line."""
        self.n_template += len(text)
        self.n_other_words += len(text.split())

    def code(self, text: str) -> None:
        """Count a fenced block."""
        if stripped := text.strip():
            self.keep(stripped, self.sections(), is_hand=not (self.is_generated and self.is_below_known()))

    def keep(self, text: str, sections: Iterable[str], *, is_hand: bool) -> None:
        """Count text that is no template's."""
        self.own.append(text)
        self.n_own += len(text)
        self.n_hand += len(text) if is_hand else 0
        for section in sections:
            self.texts[section].append(text)
            self.hand[section] = self.hand.get(section, 0) + (len(text) if is_hand else 0)

    def is_template(self, text: str) -> bool:
        """Tell a template's line, or a placeholder."""
        if self.is_generated and self.known.beginnings and text.startswith(self.known.beginnings):
            return True
        if len(text) > _MAX_PLACEHOLDER_CHARS:
            return False
        if text.startswith(_PLACEHOLDERS):
            return text.rstrip(" .!*_") in _PLACEHOLDERS
        return _NEEDED in text and text.startswith(("- **", "**", "- "))

    def is_introduction(self, text: str) -> bool:
        """Tell the sentences by which tools name themselves and the parent."""
        if not self.is_generated:
            return False
        return text.startswith(_INTRODUCTIONS) or any(mark in text for mark in self.known.marks)

    def is_below_known(self) -> bool:
        return not self.above or self.above[-1][2]

    def sections(self) -> tuple[str, ...]:
        return self.above[-1][1] if self.above else ()


def read_body(marks: Collection[str], lines: Lines, tags: Iterable[str]) -> BodyFacts:
    """Return what a body holds; never raises, linear in its length. For the arguments see `generators_of`."""
    generators = generators_of(marks, lines, tags)
    scan = _Scan(template_lines(generators), bool(generators))
    skip = False
    below = iter((*lines.texts[1:], ""))
    for line, code in lines.pairs():
        next_line = next(below)
        if code is not None:
            scan.code(code)
            scan.n_other_words += len(line.split()) + 1
            continue
        text = line.strip()
        if not text or skip:
            scan.n_other_words += skip
            skip = False
            continue
        level = _heading_level(text)
        if not level and next_line[:1] in _UNDERLINES:
            level = _underlined(next_line)
            skip = level > 0
        if level and len(text) <= MAX_HEADING_CHARS:
            scan.heading(level, text)
        else:
            scan.line(text)
    return _facts(generators, scan)


def _facts(generators: tuple[str, ...], scan: _Scan) -> BodyFacts:
    sections = {}
    for section, texts in scan.texts.items():
        text = "\n".join(texts)
        sections[section] = SectionText(sum(map(len, texts)), scan.hand.get(section, 0), text)
    return BodyFacts(generators, "\n".join(scan.own), scan.n_own, scan.n_template, scan.n_hand, scan.n_other_words, sections)


def _heading_level(text: str) -> int:
    """Return 1 to 6 for a heading, 7 for a line in bold that stands for one, 0 for other lines."""
    if text[0] == "#":
        level = len(text) - len(text.lstrip("#"))
        return level if level <= 6 else 0
    if text[0] in "*_<":
        if text.startswith(("**", "__")) and text.rstrip(":").endswith(("**", "__")) and len(text) > 5:
            return _BOLD_LEVEL
        if text[:2].lower() == "<h" and text[2:3].isdigit():
            return min(int(text[2]), 6)
    return 0


def _underlined(below: str) -> int:
    """Return the level that a row of = or - gives to the line above it, 0 for none."""
    row = below.strip()
    if len(row) < 3 or row.strip(row[0]):
        return 0
    return 1 if row[0] == "=" else 2
