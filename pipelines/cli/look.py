"""The commands that look: sql and describe."""

from __future__ import annotations

import json
import sys
from contextlib import nullcontext
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Literal, get_args

import typer

from pipelines import steps
from pipelines.cli.choices import AsJson, calendar_day, recipes_like, tables_like
from pipelines.cli.output import print_table, shown, tell, tell_note
from pipelines.settings import Settings
from warehouse.errors import UsageError

if TYPE_CHECKING:
    import polars as pl

    from pipelines.query.limits import Limits
    from pipelines.query.run import QueryResult

Format = Literal["table", "csv", "json", "jsonl", "parquet"]


def sql(
    query: Annotated[str | None, typer.Argument(help="One SELECT; without it, --file, --cookbook or standard input.")] = None,
    file: Annotated[Path | None, typer.Option(help="Read the query from this file.")] = None,
    cookbook: Annotated[
        str | None,
        typer.Option(metavar="NAME", help="Ask a question of the cookbook; 'list' names them.", autocompletion=recipes_like),
    ] = None,
    form: Annotated[Format | None, typer.Option("--format", help="table on a terminal and csv elsewhere, unless told.")] = None,
    limit: Annotated[int, typer.Option(min=0, help="Most rows; 0 for all.")] = 1000,
    timeout: Annotated[float, typer.Option(min=0.1, help="Seconds after which the query is stopped.")] = 30.0,
    memory: Annotated[str, typer.Option(help="Memory that the query may take.")] = "2GB",
    out: Annotated[Path | None, typer.Option(help="Write the result into this file instead of standard output.")] = None,
    as_json: Annotated[bool, typer.Option("--json", help="The same as --format json.")] = False,
    as_of: Annotated[
        str | None,
        typer.Option(metavar="DATE", help="Ask what was known at the end of that day (after hubtree build --as-of)."),
    ] = None,
) -> None:
    """Ask the published file in SQL, read-only.

    Example: hubtree sql "select model_id, likes from models order by likes desc nulls last limit 5"
    """
    from pipelines.query.limits import Limits

    if cookbook == "list":
        _list_recipes()
        return
    limits = Limits(rows=limit, seconds=timeout, memory=memory)
    database, shown = _published(as_of), "json" if as_json else form or _usual_format(out)
    result = _answer(database, query, file, cookbook, limits)
    _write(result.frame, shown, out)
    if shown == "table" and sys.stdout.isatty():
        _tell_coverage(database)
    if result.is_truncated:
        tell_note(f"only the first {limit:,} rows are shown; --limit 0 gives all")


def _published(as_of: str | None) -> Path:
    day = calendar_day(as_of)
    return steps.database(Settings.from_environment(), as_of=day.date() if day else None)


def _tell_coverage(database: Path) -> None:
    from pipelines.query.coverage import read_coverage
    from pipelines.query.own import reading

    with reading(database) as connection:
        tell_note(read_coverage(connection).sentence)


def _answer(database: Path, query: str | None, file: Path | None, cookbook: str | None, limits: Limits) -> QueryResult:
    from pipelines.query.cookbook import run_recipe
    from pipelines.query.run import run_query

    if sum(given is not None for given in (query, file, cookbook)) > 1:
        raise UsageError("give one of a query, --file and --cookbook")
    if cookbook is not None:
        return run_recipe(database, cookbook, limits=limits)
    return run_query(database, _query_text(query, file), limits=limits)


def _query_text(query: str | None, file: Path | None) -> str:
    if file is not None:
        if not file.is_file():
            raise UsageError(f"there is no file {file}")
        try:
            return file.read_text(encoding="utf-8-sig")
        except UnicodeDecodeError as error:
            raise UsageError(f"{file} is not UTF-8 text", hint="save it as UTF-8") from error
    if query is not None and query != "-":
        return query
    if sys.stdin.isatty():
        raise UsageError("no query given", hint='hubtree sql "select …", or --file, or a pipe')
    return sys.stdin.read()


def _list_recipes() -> None:
    from pipelines.query.cookbook import recipes

    for recipe in recipes():
        tell(f"{recipe.name:<30} {recipe.question}")


def _usual_format(out: Path | None) -> Format:
    if out is not None:
        named: Format | None = {f".{form}": form for form in get_args(Format)}.get(out.suffix.lower())
        return named or "csv"
    return "table" if sys.stdout.isatty() else "csv"


def _write(frame: pl.DataFrame, form: Format, out: Path | None) -> None:
    from pipelines.query.formats import write_frame

    if form == "table":
        if out is not None:
            raise UsageError("a table is for terminals", hint="choose --format csv, json, jsonl or parquet for a file")
        print_table(frame)
        return
    if form == "parquet" and out is None and sys.stdout.isatty():
        raise UsageError("Parquet is not for terminals", hint="name a file with --out, or pipe it into one")
    with out.open("wb") if out is not None else nullcontext(sys.stdout.buffer) as stream:
        write_frame(frame, form, stream)
        stream.flush()


def describe(
    table: Annotated[
        str | None, typer.Argument(help="The table to describe; without it, all tables in short.", autocompletion=tables_like)
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Say what the tables and columns mean, in which units, and what to beware of.

    Example: hubtree describe models
    """
    from pipelines.query.describe import describe_table, describe_tables

    database = steps.database(Settings.from_environment())
    if table is None:
        tables = describe_tables(database)
        if as_json:
            tell(json.dumps([asdict(summary) for summary in tables]))
            return
        for summary in tables:
            tell(f"{summary.name:<16} {shown(summary.n_rows):>12} rows   one row is {summary.grain}")
        return
    description = describe_table(database, table)
    if as_json:
        tell(json.dumps(asdict(description)))
        return
    tell(f"{description.name}: {shown(description.n_rows)} rows; one row is {description.grain}")
    tell(f"key: {', '.join(description.key)}")
    for warning in description.beware:
        tell(f"beware: {warning}")
    print_table(description.frame, wraps=True)


def register(app: typer.Typer) -> None:
    """Add the commands to the application."""
    for name, command in (("sql", sql), ("describe", describe)):
        app.command(name)(command)
