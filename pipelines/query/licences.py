"""A model's licence situation, and the conflicts of the whole hub, out of the published verdicts."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path
from typing import Any, Final

import polars as pl

from pipelines.drift.licences.rulebook import OBLIGATIONS, VERDICTS, CodeTables, Rulebook
from pipelines.query.family import find_model
from pipelines.query.own import ask, reading
from warehouse import codes

NOT_ADVICE: Final = "A flag for a person to review, from declared licence fields alone; never legal advice."


@dataclass(frozen=True)
class Step:
    """One edge of a path: how the child was made, whether somebody declared that, and which sources state the pair."""

    parent_id: str
    child_id: str
    relation: str | None
    relation_source: str | None
    evidence_sources: tuple[str, ...]


@dataclass(frozen=True)
class Duty:
    """One duty that a licence upstream brings to a model, and how its declared licence stands to it."""

    verdict: str
    rule_id: str
    obligation: str
    source_license_id: str
    source_id: str
    path: tuple[str, ...]
    steps: tuple[Step, ...]
    """The edges of the path; of one longer than 64 models the gap after the source is no step."""
    clause: str
    duty: str
    action: str
    confidence: float
    doubts: dict[str, str]
    """Each reason to doubt, with what it means and the factor it takes off the confidence."""


@dataclass(frozen=True)
class LicenseReport:
    """What is known of a model's licence and of what its ancestors' licences ask.

    Attributes:
        verdict: the gravest over all parents, or over the merge; null for a model without parents.
        against: two licences upstream that no licence honours together; empty where one does.
        duties: the gravest first.
        unstated_parents: parents that state no licence that is understood, with the state.
        fitting: licence ids that honour every duty, names being right; those upstream first.
        asks: what the model's own licences ask of whoever derives from it: licence, rule, duty.
        n_bound, n_in_conflict, downloads_in_conflict: models below that have a duty from this one, those of them that declare
            a licence against it, and their downloads of the last 30 days.
        is_name_in_doubt: the model's name speaks of another licence family than it declares, so it may be mis-declared; null
            where nobody below could tell.
    """

    model_id: str
    is_listed: bool
    license_ids: tuple[str, ...]
    license_state: str | None
    downloads_30d: int | None
    n_descendants: int | None
    verdict: str | None
    against: tuple[str, ...]
    duties: tuple[Duty, ...]
    unstated_parents: dict[str, str]
    fitting: tuple[str, ...]
    asks: tuple[dict[str, str], ...]
    n_bound: int
    n_in_conflict: int
    downloads_in_conflict: int
    is_name_in_doubt: bool | None
    note: str = NOT_ADVICE


def license_report(database: Path, model_id: str) -> LicenseReport:
    """Return a model's licence situation.

    Raises:
        NotFound: nothing is published, or there is no such model; the hint names models of a similar name.
    """
    with reading(database) as connection:
        known = find_model(connection, model_id)
        model = ask(connection, "model_license", model_id=known).to_dicts()
        verdicts = ask(connection, "license_verdicts_of", model_id=known)
        duties = ask(connection, "license_duties_of", model_id=known)
        below = ask(connection, "license_duties_from", model_id=known).to_dicts()
        on_paths = duties["path"].explode().drop_nulls().unique().sort().to_list()
        edges = ask(connection, "license_path_edges", model_ids=on_paths)
    steps = {(step.parent_id, step.child_id): step for step in map(_step, edges.iter_rows(named=True))}
    tables = CodeTables(**codes.licensing())
    book = Rulebook(tables)
    facts: dict[str, Any] = model[0] if model else {}
    bound: dict[str, Any] = below[0] if below else {}
    upstream = sorted(set(duties["source_license_id"]))
    declared = facts.get("license_ids") or []
    gravest = verdicts.sort(pl.col("verdict").cast(pl.Enum(VERDICTS))).row(0, named=True) if verdicts.height else {}
    clash = verdicts.filter(pl.col("against_license_id").is_not_null())
    unstated = verdicts.filter((pl.col("judged") == "edge") & (pl.col("parent_license_state") != "known"))
    return LicenseReport(
        model_id=known,
        is_listed=bool(model),
        license_ids=tuple(declared),
        license_state=gravest.get("child_license_state"),
        downloads_30d=facts.get("downloads_30d"),
        n_descendants=facts.get("n_descendants"),
        verdict=gravest.get("verdict"),
        against=tuple(clash.select("source_license_id", "against_license_id").row(0)) if clash.height else (),
        duties=tuple(sorted((_duty(row, steps, book, tables) for row in duties.iter_rows(named=True)), key=_gravity)),
        unstated_parents=dict(unstated.select("parent_id", "parent_license_state").iter_rows()),
        fitting=_fitting(book, upstream, declared),
        asks=tuple(_asks(declared, book)),
        n_bound=bound.get("n_bound", 0),
        n_in_conflict=bound.get("n_in_conflict", 0),
        downloads_in_conflict=bound.get("downloads_in_conflict", 0),
        is_name_in_doubt=bound.get("is_name_in_doubt"),
    )


def license_conflicts(database: Path) -> pl.DataFrame:
    """Return one row a model in conflict, that with the most downloads at stake first: its own and its descendants' by weights.

    Columns: model_id, downloads_30d_at_stake, downloads_all_time_at_stake, downloads_30d, n_descendants, license_ids,
    source_license_id, against_license_id, source_id, rule_id, confidence, n_conflicts, path, doubts.

    Raises:
        NotFound: nothing is published.
    """
    with reading(database) as connection:
        return ask(connection, "license_conflicts")


def _step(row: dict[str, Any]) -> Step:
    return Step(**row | {"evidence_sources": tuple(row["evidence_sources"])})


def _duty(row: dict[str, Any], steps: dict[tuple[str, str], Step], book: Rulebook, tables: CodeTables) -> Duty:
    rule = book.rules[row["rule_id"]]
    known = {doubt: f"{meaning} (× {factor})" for doubt, factor, meaning, _ in tables.doubts.iter_rows()}
    named = {name: row[name] for name in ("verdict", "rule_id", "obligation", "source_license_id", "source_id", "clause")}
    return Duty(
        **named,
        path=tuple(row["path"]),
        steps=tuple(steps[pair] for pair in pairwise(row["path"]) if pair in steps),
        duty=rule.duty,
        action=rule.action,
        confidence=row["confidence"],
        doubts={doubt: known[doubt] for doubt in row["doubts"]},
    )


def _gravity(duty: Duty) -> tuple[int, int, float, str, str]:
    verdict, obligation = VERDICTS.index(duty.verdict), OBLIGATIONS.index(duty.obligation)
    return verdict, obligation, -duty.confidence, duty.source_id, duty.rule_id


def _asks(declared: list[str], book: Rulebook) -> list[dict[str, str]]:
    """Return what each declared licence asks of a child, in the words for one that keeps it."""
    return [
        {"license_id": license_id, "rule_id": rule.rule_id, "clause": rule.clause, "duty": rule.duty}
        for license_id in declared
        if book.is_known(license_id)
        for rule in book.judge(license_id, [license_id], has_prefix=False)
    ]


def _fitting(book: Rulebook, upstream: list[str], declared: list[str]) -> tuple[str, ...]:
    """Return the licences that honour every duty: those upstream, then the declared ones, then the others."""
    if not upstream:
        return ()
    fitting = book.fitting(upstream)
    return tuple(sorted(fitting, key=lambda each: (each not in upstream, each not in declared, each)))
