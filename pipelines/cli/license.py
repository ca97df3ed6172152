"""The command about licences: a model's situation in words, or the conflicts of the hub."""

from __future__ import annotations

import json
from dataclasses import asdict
from itertools import pairwise
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from pipelines import steps
from pipelines.cli.choices import AsJson
from pipelines.cli.output import print_table, shown, tell
from pipelines.settings import Settings
from warehouse.errors import UsageError

if TYPE_CHECKING:
    from pipelines.query.licences import Duty, LicenseReport

_MOST_FITTING = 8
_TOLD = ("model_id", "downloads_30d_at_stake", "license_ids", "source_license_id", "source_id", "rule_id", "confidence")
_STATES = {
    "absent": "no licence",
    "null": "a licence key without a value",
    "unknown": "that its licence is unknown",
    "other": "other, without a name that is known",
    "placeholder": "the word license, which a template left",
    "unrecognised": "a licence that no table knows",
}


def license_of(
    model: Annotated[str | None, typer.Argument(help="A model's id, in any case.")] = None,
    conflicts: Annotated[bool, typer.Option("--conflicts", help="List the hub's conflicts by downloads at stake.")] = False,
    limit: Annotated[int, typer.Option(min=0, help="Most conflicts, or duties, listed; 0 for all.")] = 20,
    as_json: AsJson = False,
) -> None:
    """Explain what the licences upstream ask of a model, by which path and clause, and what to do. Never legal advice.

    Example: hubtree license HuggingFaceH4/zephyr-7b-beta

    Example: hubtree license --conflicts --limit 50
    """
    if (model is None) != conflicts:
        raise UsageError("name one model, or ask for --conflicts", hint="hubtree license owner/name")
    database = steps.database(Settings.from_environment())
    if conflicts:
        _tell_conflicts(database, limit, as_json=as_json)
        return
    from pipelines.query.licences import license_report

    found = license_report(database, str(model))
    tell(json.dumps(asdict(found)) if as_json else "\n".join(_explained(found, limit)))


def _tell_conflicts(database: Path, limit: int, *, as_json: bool) -> None:
    from pipelines.query.licences import NOT_ADVICE, license_conflicts

    found = license_conflicts(database)
    listed = found.head(limit) if limit else found
    if as_json:
        tell(json.dumps({"n_models": found.height, "note": NOT_ADVICE, "conflicts": listed.to_dicts()}))
        return
    tell(f"{shown(found.height)} models declare a licence that contradicts a duty from upstream; most downloads at stake first")
    if listed.height:
        print_table(listed.select(_TOLD))
    if found.height > listed.height:
        tell(f"… and {shown(found.height - listed.height)} more (use --limit)")
    tell(NOT_ADVICE)


def _explained(found: LicenseReport, limit: int) -> list[str]:
    lines = [f"{found.model_id} {_declares(found)}", f"verdict: {_verdict(found)}"]
    if found.against:
        lines.append(f"  no licence honours both {' and '.join(found.against)}: leave one parent out, or ask for other terms")
    shown_duties = found.duties[:limit] if limit else found.duties
    for duty in shown_duties:
        lines += ["", *_of_duty(duty)]
    if len(found.duties) > len(shown_duties):
        lines.append(f"… and {len(found.duties) - len(shown_duties)} more duties (use --limit)")
    lines.append("")
    lines += [
        f"parent without a licence that is understood: {name} ({state})" for name, state in found.unstated_parents.items()
    ]
    if found.duties:
        lines.append(f"licences that honour every duty: {_fitting(found)}")
    lines += [f"whoever derives from it, under {ask['license_id']}: {ask['duty']} [{ask['clause']}]" for ask in found.asks]
    return [*lines, *_below(found), found.note]


def _below(found: LicenseReport) -> list[str]:
    """Tell what hangs on the model's own declaration: its maintainer can settle more than anybody below."""
    lines = []
    if found.n_bound:
        lines.append(
            f"{shown(found.n_bound)} models below have a duty from this one; {shown(found.n_in_conflict)} declare a licence"
            f" against it, with {shown(found.downloads_in_conflict)} downloads in the last 30 days"
        )
    if found.is_name_in_doubt:
        lines.append("its name speaks of another licence family than it declares: make sure that the declared licence is right")
    return lines


def _declares(found: LicenseReport) -> str:
    if not found.is_listed:
        return "is not listed: nobody knows what it declares"
    if found.license_ids and found.license_state in (None, "known"):
        several = " (several: judged by the strictest)" if len(found.license_ids) > 1 else ""
        return f"declares {', '.join(found.license_ids)}{several}"
    return f"declares {_STATES.get(found.license_state or 'absent', 'no licence')}"


def _verdict(found: LicenseReport) -> str:
    meanings = {
        None: "none: it names no parent, so no duty is known to come from upstream",
        "compatible": "compatible with what every licence upstream asks",
        "conflict": "conflict: the declared licence contradicts a duty from upstream",
        "needs_review": "needs review: what is declared cannot settle a duty from upstream",
        "unknown": "unknown: a licence is not stated, here or upstream",
    }
    return meanings[found.verdict]


def _of_duty(duty: Duty) -> list[str]:
    lines = [
        f"{duty.verdict.upper()} by {duty.rule_id}: {duty.source_license_id} of {duty.source_id}"
        f" (confidence {duty.confidence:.2f})",
        f"  asks:   {duty.duty} [{duty.clause}]",
        f"  path:   {_path(duty)}",
        f"  to do:  {duty.action}",
    ]
    return lines + [f"  doubt:  {name}: {meaning}" for name, meaning in duty.doubts.items()]


def _path(duty: Duty) -> str:
    """Write a path with the relation of each step; a question mark where nobody declared it."""
    steps = {(step.parent_id, step.child_id): step for step in duty.steps}
    words = [duty.path[0]]
    for pair in pairwise(duty.path):
        step = steps.get(pair)
        mark = "" if step is None or step.relation_source == "declared" else "?"
        words.append(f"–{step.relation}{mark}→ {pair[1]}" if step else f"→ … → {pair[1]}")
    return " ".join(words)


def _fitting(found: LicenseReport) -> str:
    if not found.fitting:
        return "none is known"
    more = len(found.fitting) - _MOST_FITTING
    return ", ".join(found.fitting[:_MOST_FITTING]) + (f", … {more} more" if more > 0 else "")


def register(app: typer.Typer) -> None:
    """Add the command to the application."""
    app.command("license")(license_of)
