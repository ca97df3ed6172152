"""The rules of licences as data, and what they say of a pair: a licence upstream and the licences a child declares.

Rules come in groups (``LLAMA-1``, ``LLAMA-2``, … are one). Of each group, the first row speaks whose ``license``, ``child``
and ``condition`` fit; the groups are judged apart, never averaged. A cell of selectors holds words, one of which must fit:
an id, ``class:…``, ``commercial:…``, ``any``; in ``child`` also ``same``, ``later`` (a later version of the family) and
``family`` (any licence of it); in ``condition`` ``relation:…`` (the furthest-going step of the path) and
``name:without_prefix``.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from itertools import combinations
from typing import Any, Final

import polars as pl

VERDICTS: Final = ("conflict", "needs_review", "unknown", "compatible")
"""The four verdicts, the gravest first."""
OBLIGATIONS: Final = (
    "no_derivatives",
    "non_commercial",
    "terms_pass_on",
    "use_restrictions",
    "same_license",
    "naming",
    "notice",
    "none",
    "unknown",
)
"""What a licence may ask of derived models, the strictest first."""
REACHES: Final = ("quantized", "adapter", "finetune")
"""How far a path goes from its source: changes of format alone, adapters, or new weights (finetune, merge)."""
UNSTATED: Final = "STATE-1"
IRRECONCILABLE: Final = "MERGE-1"


@dataclass(frozen=True)
class CodeTables:
    """The code tables of licences, as `warehouse.codes.frame` returns them: classes, terms, rules, doubts and so on."""

    licenses: pl.DataFrame
    terms: pl.DataFrame
    rules: pl.DataFrame
    doubts: pl.DataFrame
    generators: pl.DataFrame
    aliases: pl.DataFrame


@dataclass(frozen=True)
class Terms:
    """What the code tables say of a licence id."""

    license_id: str
    license_class: str
    family: str
    version: float | None
    commercial: str
    name_prefix: str | None


@dataclass(frozen=True)
class Rule:
    """One row of the table of rules."""

    rule_id: str
    license: frozenset[str]
    child: frozenset[str]
    condition: frozenset[str]
    obligation: str
    verdict: str
    clause: str
    duty: str
    action: str
    confidence: float

    @property
    def group(self) -> str:
        """The rules of one duty, of which one speaks."""
        return self.rule_id.rpartition("-")[0]

    @property
    def gravity(self) -> tuple[int, int, float, str]:
        """Sorts outcomes: the gravest verdict, the strictest obligation and the surest rule first."""
        return VERDICTS.index(self.verdict), OBLIGATIONS.index(self.obligation), -self.confidence, self.rule_id


class Rulebook:
    """The rules, ready to be asked; the same answer whatever the order of the licences asked for."""

    def __init__(self, tables: CodeTables) -> None:
        classes = dict(tables.licenses.select("license_id", "license_class").iter_rows())
        self.terms = {row["license_id"]: _terms(row, classes) for row in tables.terms.iter_rows(named=True)}
        self.rules = {row["rule_id"]: _rule(row) for row in tables.rules.iter_rows(named=True)}
        self._upstream: dict[str, list[Rule]] = {}
        self._fits: dict[tuple[str, ...], tuple[str, ...]] = {}

    def is_known(self, license_id: str | None) -> bool:
        """Tell whether something follows from the id: it stands in the tables and is not ``other`` or ``unknown``."""
        return license_id in self.terms and self.terms[license_id].license_class != "unresolved"

    def judge(self, upstream: str, child: Sequence[str], *, reach: str = "finetune", has_prefix: bool = True) -> list[Rule]:
        """Return what each group of rules says of a child under a licence upstream, the gravest first.

        Args:
            upstream: a licence id that `is_known`.
            child: the child's licence ids that are known. With none, the verdict of each duty is unknown. With several the
                strictest counts, and where one alone would be in conflict and another not, somebody must look.
            reach: one of REACHES.
            has_prefix: the child's name begins as the licence upstream asks.
        """
        rules = self._of(upstream)
        if not child:
            return sorted((_unknown(rule) for rule in _last_of_groups(rules)), key=_gravity)
        said = [self._said(rules, upstream, each, reach, has_prefix) for each in sorted(child)]
        groups = sorted({group for each in said for group in each})
        return sorted((_strictest([each[group] for each in said if group in each]) for group in groups), key=_gravity)

    def best_for(self, upstream: Iterable[str]) -> str:
        """Return the best verdict that any licence could reach under all these licences together, names being right."""
        among = tuple(sorted(set(upstream)))
        ranks = zip(*(self._verdicts(each) for each in among), strict=True)
        return VERDICTS[max((min(rank) for rank in ranks), default=len(VERDICTS) - 1)]

    def fitting(self, upstream: Iterable[str]) -> list[str]:
        """Return the licence ids that honour all these licences upstream, those among them first."""
        among = sorted(set(upstream))
        ranks = list(zip(*(self._verdicts(each) for each in among), strict=True))
        good = [each for each, rank in zip(self._known, ranks, strict=True) if min(rank) == len(VERDICTS) - 1]
        return sorted(good, key=lambda each: (each not in among, each))

    def irreconcilable(self, upstream: Iterable[str]) -> tuple[str, ...]:
        """Return the fewest of these licences that no licence can honour together; empty where one can."""
        among = sorted(set(upstream))
        for size in (1, 2, len(among)):
            for some in combinations(among, min(size, len(among))):
                if self.best_for(some) == "conflict":
                    return some
        return ()

    @cached_property
    def _known(self) -> list[str]:
        return [each for each in sorted(self.terms) if self.is_known(each)]

    def _verdicts(self, upstream: str) -> tuple[int, ...]:
        """Rank of the gravest verdict for each known licence as the child's, over a merge."""
        if (upstream,) not in self._fits:
            gravest = tuple(self.judge(upstream, [child])[0].verdict for child in self._known)
            self._fits[(upstream,)] = gravest
        return tuple(map(VERDICTS.index, self._fits[(upstream,)]))

    def _of(self, upstream: str) -> list[Rule]:
        if upstream not in self._upstream:
            words = self._words(upstream)
            self._upstream[upstream] = [rule for rule in self.rules.values() if rule.license & words]
        return self._upstream[upstream]

    def _words(self, license_id: str) -> frozenset[str]:
        terms = self.terms[license_id]
        return frozenset({license_id, f"class:{terms.license_class}", f"commercial:{terms.commercial}", "any"})

    def _said(self, rules: list[Rule], upstream: str, child: str, reach: str, has_prefix: bool) -> dict[str, Rule]:
        words = self._words(child) | self._relative(upstream, child)
        facts = frozenset({"any", f"relation:{reach}"} | (set() if has_prefix else {"name:without_prefix"}))
        said: dict[str, Rule] = {}
        for rule in rules:
            if rule.group not in said and rule.child & words and rule.condition & facts:
                said[rule.group] = rule
        return said

    def _relative(self, upstream: str, child: str) -> frozenset[str]:
        if upstream == child:
            return frozenset({"same", "family"})
        above, below = self.terms[upstream], self.terms[child]
        if above.family != below.family:
            return frozenset()
        is_later = above.version is not None and below.version is not None and below.version > above.version
        return frozenset({"family", "later"} if is_later else {"family"})


def _terms(row: dict[str, Any], classes: dict[str, str]) -> Terms:
    name = row["license_id"]
    return Terms(name, classes[name], row["license_family"], row["version"], row["commercial"], row["name_prefix"])


def _rule(row: dict[str, Any]) -> Rule:
    selectors = {name: frozenset(row[name].split()) for name in ("license", "child", "condition")}
    return Rule(**{name: value for name, value in row.items() if name != "source"} | selectors)


def _gravity(rule: Rule) -> tuple[int, int, float, str]:
    return rule.gravity


def _unknown(rule: Rule) -> Rule:
    return replace(rule, verdict="unknown")


def _last_of_groups(rules: list[Rule]) -> list[Rule]:
    """Return the row of each group that speaks when nothing is known of the child: its last unconditional one."""
    return list({rule.group: rule for rule in rules if "any" in rule.condition}.values())


def _strictest(said: list[Rule]) -> Rule:
    """Judge by the gravest of a child's licences; where another one honours the duty, that is for a person to settle."""
    gravest = min(said, key=_gravity)
    if gravest.verdict == "conflict" and any(rule.verdict != "conflict" for rule in said):
        return replace(gravest, verdict="needs_review")
    return gravest
