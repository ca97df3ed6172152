"""The commands that tell how things stand; `make run` ends with status."""

from __future__ import annotations

import json
import shlex
import shutil
import sys
from datetime import datetime
from pathlib import Path
from typing import Annotated, Any, Literal

import typer

from pipelines import steps
from pipelines.cli.choices import AsJson
from pipelines.cli.output import shown, tell
from pipelines.settings import Settings

StatusFormat = Literal["text", "json", "prometheus"]


def status(
    as_json: AsJson = False,
    form: Annotated[StatusFormat, typer.Option("--format", help="prometheus: figures for its textfile collector.")] = "text",
) -> None:
    """Tell what is published, how fresh it is, and how the last runs ended.

    Example: hubtree status

    Example: hubtree status --format prometheus
    """
    report = steps.report(Settings.from_environment())
    if as_json or form == "json":
        tell(json.dumps(report, default=str))
        return
    if form == "prometheus":
        from pipelines.query.prometheus import prometheus_text

        sys.stdout.write(prometheus_text(report))
        return
    tell("What is published")
    for name, value in report["overview"][0].items():
        tell(f"  {_words(name):<24} {_instant(value) if isinstance(value, datetime) else shown(value)}")
    tell("\nHow the last runs ended")
    for run in report["last_runs"]:
        tell(f"  {run['verb']:<24} {_run_in_words(run)}")
    _tell_steps(report["last_steps"])
    tell("\nThe five largest families")
    for family in report["largest_families"]:
        licence = family["license_id"] or "no single licence"
        tell(f"  {shown(family['n_models']):>9}  {family['root_id']}  (depth {family['depth']}, {licence})")
    tell("\nWhere things lie")
    for name, place in report["places"].items():
        tell(f"  {_words(name):<24} {place}")
    _tell_next(report)


_SIGNS = {"ok": "✓", "note": "•", "fault": "✗"}


def doctor(
    deep: Annotated[
        bool, typer.Option("--deep", help="Also compare every extract and landing file with its checksum.")
    ] = False,
    as_json: AsJson = False,
) -> None:
    """Look at the environment, the room on disk, the last runs and the published file, and say what to do.

    Exit code 1 if something is at fault; what is only to be known is a note.

    Example: hubtree doctor
    """
    summary = steps.doctor(Settings.from_environment(), deep=deep)
    if as_json:
        tell(json.dumps(summary))
    else:
        for finding in summary["findings"]:
            hint = f"  → {finding['hint']}" if finding["hint"] else ""
            tell(f"{_SIGNS[finding['state']]} {finding['subject']:<20} {finding['found']}{hint}")
    if summary["n_faults"]:
        raise typer.Exit(1)


def _run_in_words(run: dict[str, Any]) -> str:
    parts = [run["status"], run["mode"], f"{shown(run['n_rows'])} rows"]
    if run["n_requests"]:
        parts.append(f"{shown(run['n_requests'])} requests")
    if run["note"]:
        parts.append(run["note"])
    return f"{_instant(run['finished_at'])}  " + ", ".join(part for part in parts if part)


def _tell_steps(steps: list[dict[str, Any]]) -> None:
    """Tell what the steps of the last build took; those of crawls are in the tables and in --json."""
    of_build = [step for step in steps if step["verb"] == "build"]
    if of_build:
        tell("\nWhat the last build took")
    for step in of_build:
        memory, written = step["peak_memory_bytes"] / 1e6, step["n_bytes_written"] / 1e6
        tell(f"  {step['run_step']:<24} {step['seconds']:6.1f} s  {memory:,.0f} MB of memory, {written:,.1f} MB written")


def _instant(value: datetime) -> str:
    return f"{value:%Y-%m-%d %H:%M} UTC"


def _words(name: str) -> str:
    return name.removeprefix("n_").removesuffix("_at").replace("_", " ")


def _tell_next(report: steps.Summary) -> None:
    largest = report["largest_families"]
    root = largest[0]["root_id"] if largest else "MODEL"
    tell("\nWhat to try next")
    for words in (f"tree {root} --depth 2", "sql --cookbook largest_families", "describe models"):
        tell(f"  {_this_command()} {words}")


def _this_command() -> str:
    """Return how this command is called from the present folder, ready to paste."""
    program, here = Path(sys.argv[0]), Path.cwd()
    is_on_path = shutil.which(program.name) == str(program.absolute())
    name = program.name if is_on_path else str(program.absolute()).removeprefix(f"{here}/")
    home = Settings.from_environment().layout.home
    return name if home == here / "hubtree-data" else f"HUBTREE_HOME={shlex.quote(str(home))} {name}"


def register(app: typer.Typer) -> None:
    """Add the commands to the application."""
    app.command("status")(status)
    app.command("doctor")(doctor)
