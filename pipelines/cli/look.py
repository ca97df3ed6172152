"""The commands that look: sql, describe, tree, status."""

from __future__ import annotations

from enum import StrEnum
from pathlib import Path
from typing import Annotated, Any

import typer

from pipelines import steps
from pipelines.cli.choices import AsJson
from pipelines.cli.output import shown, tell
from pipelines.settings import Settings


class Format(StrEnum):
    """How a query's result is printed."""

    table = "table"
    csv = "csv"
    json = "json"
    jsonl = "jsonl"
    parquet = "parquet"


class TreeFormat(StrEnum):
    """How a family tree is drawn."""

    text = "text"
    json = "json"
    dot = "dot"


def sql(
    query: Annotated[str | None, typer.Argument(help="A SELECT; without it, --file, --cookbook or standard input.")] = None,
    file: Annotated[Path | None, typer.Option(help="Read the query from this file.")] = None,
    cookbook: Annotated[
        str | None, typer.Option(metavar="NAME", help="Run a question of the cookbook; 'list' shows them.")
    ] = None,
    form: Annotated[Format | None, typer.Option("--format", help="table on a terminal, csv into a pipe, unless told.")] = None,
    limit: Annotated[int | None, typer.Option(min=0, help="Most rows; 0 for all. 1,000 on a terminal.")] = None,
    timeout: Annotated[float, typer.Option(help="Seconds after which the query is stopped.")] = 30.0,
    memory: Annotated[str, typer.Option(help="Memory that the query may take.")] = "2GB",
    out: Annotated[Path | None, typer.Option("--out", help="Write the result into this file.")] = None,
) -> None:
    """Ask the published file in SQL, read-only.

    Example: hubtree sql "select model_id, likes from models order by likes desc limit 5"
    """
    raise NotImplementedError(query, file, cookbook, form, limit, timeout, memory, out)


def status(as_json: AsJson = False) -> None:
    """Tell what is published, how fresh it is, and how the last runs ended.

    Example: hubtree status
    """
    import json

    report = steps.report(Settings.from_environment())
    if as_json:
        tell(json.dumps(report, default=str))
        return
    _tell_report(report)


def _tell_report(report: steps.Summary) -> None:
    overview: dict[str, Any] = report["overview"][0]
    tell("What was crawled")
    for name, value in overview.items():
        tell(f"  {name.removeprefix('n_').removesuffix('_at').replace('_', ' '):<22} {shown(value)}")
    for run in report["last_runs"]:
        note = f"; {run['note']}" if run["note"] else ""
        counts = f"{shown(run['n_rows'])} rows, {shown(run['n_requests'] or 0)} requests"
        tell(f"  last {run['verb']:<17} {run['status']}, {run['mode']}, {counts}{note}")
    tell("\nThe five largest families")
    for family in report["largest_families"]:
        tell(
            f"  {shown(family['n_models']):>9}  {family['root_id']}  (depth {family['depth']}, {family['license_id'] or 'no licence'})"
        )
    tell("\nWhere things lie")
    for name, place in report["places"].items():
        tell(f"  {name.replace('_', ' '):<10} {place}")
    _tell_next(report)


def _tell_next(report: steps.Summary) -> None:
    largest = report["largest_families"]
    root = largest[0]["root_id"] if largest else "MODEL"
    tell("\nWhat to try next")
    tell(f"  hubtree tree {root} --depth 2")
    tell('  hubtree sql "select license_id, count(*) as n from models group by all order by n desc limit 10"')
    tell("  hubtree describe models")


def register(app: typer.Typer) -> None:
    """Add the commands to the application."""
    for name, command in (("sql", sql), ("status", status)):
        app.command(name)(command)
