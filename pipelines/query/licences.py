"""A model's licence situation, and the conflicts of the whole hub, out of the published verdicts."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import polars as pl

from pipelines.drift.licences.rulebook import OBLIGATIONS, VERDICTS, CodeTables, Rulebook
from pipelines.query.family import find_model
from pipelines.query.own import ask, reading
from warehouse import codes

NOT_ADVICE: Final = "A flag for a person to review, from declared licence fields alone; never legal advice."


@dataclass(frozen=True)
class Duty:
    """One duty that a licence upstream brings to a model, and how its declared licence stands to it."""

    verdict: str
    rule_id: str
    obligation: str
    source_license_id: str
    source_id: str
    path: tuple[str, ...]
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
    tables = CodeTables(**codes.licensing())
    book = Rulebook(tables)
    facts: dict[str, Any] = model[0] if model else {}
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
        duties=tuple(sorted((_duty(row, book, tables) for row in duties.iter_rows(named=True)), key=_gravity)),
        unstated_parents=dict(unstated.select("parent_id", "parent_license_state").iter_rows()),
        fitting=tuple(book.fitting(upstream)) if upstream else (),
        asks=tuple(_asks(declared, book)),
    )


def license_conflicts(database: Path) -> pl.DataFrame:
    """Return one row a model in conflict, the most downloaded first.

    Columns: model_id, downloads_30d, n_descendants, license_ids, source_license_id, against_license_id, source_id, rule_id,
    confidence, n_conflicts, path, doubts.

    Raises:
        NotFound: nothing is published.
    """
    with reading(database) as connection:
        return ask(connection, "license_conflicts")


def _duty(row: dict[str, Any], book: Rulebook, tables: CodeTables) -> Duty:
    rule = book.rules[row["rule_id"]]
    known = {doubt: f"{meaning} (× {factor})" for doubt, factor, meaning, _ in tables.doubts.iter_rows()}
    named = {name: row[name] for name in ("verdict", "rule_id", "obligation", "source_license_id", "source_id", "clause")}
    return Duty(
        **named,
        path=tuple(row["path"]),
        duty=rule.duty,
        action=rule.action,
        confidence=row["confidence"],
        doubts={doubt: known[doubt] for doubt in row["doubts"]},
    )


def _gravity(duty: Duty) -> tuple[int, int, float, str, str]:
    verdict, obligation = VERDICTS.index(duty.verdict), OBLIGATIONS.index(duty.obligation)
    return verdict, obligation, -duty.confidence, duty.source_id, duty.rule_id


def _asks(declared: list[str], book: Rulebook) -> list[dict[str, str]]:
    """Return what each declared licence asks of a child that says nothing yet."""
    return [
        {"license_id": license_id, "rule_id": rule.rule_id, "clause": rule.clause, "duty": rule.duty}
        for license_id in declared
        if book.is_known(license_id)
        for rule in book.judge(license_id, [])
    ]
