"""The commands that look: sql, describe, tree."""

from __future__ import annotations

import json
import sys
from contextlib import nullcontext
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Literal, get_args

import typer

from pipelines import steps
from pipelines.cli.choices import AsJson
from pipelines.cli.output import shown, tell, tell_note, width
from pipelines.settings import Settings
from warehouse.errors import UsageError

if TYPE_CHECKING:
    import polars as pl

    from pipelines.query.limits import Limits
    from pipelines.query.run import QueryResult

Format = Literal["table", "csv", "json", "jsonl", "parquet"]
TreeFormat = Literal["text", "json", "dot"]


def sql(
    query: Annotated[str | None, typer.Argument(help="One SELECT; without it, --file, --cookbook or standard input.")] = None,
    file: Annotated[Path | None, typer.Option(help="Read the query from this file.")] = None,
    cookbook: Annotated[
        str | None, typer.Option(metavar="NAME", help="Ask a question of the cookbook; 'list' names them.")
    ] = None,
    form: Annotated[Format | None, typer.Option("--format", help="table on a terminal and csv elsewhere, unless told.")] = None,
    limit: Annotated[int, typer.Option(min=0, help="Most rows; 0 for all.")] = 1000,
    timeout: Annotated[float, typer.Option(min=0.1, help="Seconds after which the query is stopped.")] = 30.0,
    memory: Annotated[str, typer.Option(help="Memory that the query may take.")] = "2GB",
    out: Annotated[Path | None, typer.Option(help="Write the result into this file instead of standard output.")] = None,
) -> None:
    """Ask the published file in SQL, read-only.

    Example: hubtree sql "select model_id, likes from models order by likes desc nulls last limit 5"
    """
    from pipelines.query.limits import Limits

    if cookbook == "list":
        _list_recipes()
        return
    limits = Limits(rows=limit, seconds=timeout, memory=memory)
    result = _answer(query, file, cookbook, limits)
    _write(result.frame, form or _usual_format(out), out)
    if result.is_truncated:
        tell_note(f"only the first {limit:,} rows are shown; --limit 0 gives all")


def _answer(query: str | None, file: Path | None, cookbook: str | None, limits: Limits) -> QueryResult:
    from pipelines.query.cookbook import run_recipe
    from pipelines.query.run import run_query

    database = steps.database(Settings.from_environment())
    if sum(given is not None for given in (query, file, cookbook)) > 1:
        raise UsageError("give one of a query, --file and --cookbook")
    if cookbook is not None:
        return run_recipe(database, cookbook, limits=limits)
    return run_query(database, _query_text(query, file), limits=limits)


def _query_text(query: str | None, file: Path | None) -> str:
    if file is not None:
        if not file.is_file():
            raise UsageError(f"there is no file {file}")
        return file.read_text(encoding="utf-8")
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
        _print_table(frame)
        return
    if form == "parquet" and out is None and sys.stdout.isatty():
        raise UsageError("Parquet is not for terminals", hint="name a file with --out, or pipe it into one")
    with out.open("wb") if out is not None else nullcontext(sys.stdout.buffer) as stream:
        write_frame(frame, form, stream)
        stream.flush()


def _print_table(frame: pl.DataFrame, *, wraps: bool = False) -> None:
    from rich.console import Console

    from pipelines.query.table import terminal_table

    Console(width=width()).print(terminal_table(frame, width=width(), wraps=wraps))


def describe(
    table: Annotated[str | None, typer.Argument(help="The table to describe; without it, all tables in short.")] = None,
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
    _print_table(description.frame, wraps=True)


def tree(
    model: Annotated[str, typer.Argument(help="The model's id, in any case.")],
    depth: Annotated[int | None, typer.Option(min=1, help="At most so many edges up and down.")] = None,
    max_children: Annotated[int, typer.Option(min=1, help="Most children drawn under one model.")] = 20,
    form: Annotated[
        TreeFormat, typer.Option("--format", help="text for people, json for programs, dot for Graphviz.")
    ] = "text",
) -> None:
    """Draw a model's ancestors and descendants, with relation, licence and downloads.

    Example: hubtree tree mistralai/Mistral-7B-v0.1 --depth 2
    """
    from pipelines.query.family import relatives
    from pipelines.query.tree import family_graph, tree_dot, tree_json
    from pipelines.query.tree_text import tree_text

    graph = family_graph(*relatives(steps.database(Settings.from_environment()), model, depth=depth))
    if form == "json":
        tell(tree_json(graph))
    elif form == "dot":
        tell(tree_dot(graph).rstrip("\n"))
    else:
        tell(tree_text(graph, depth=depth, max_children=max_children).rstrip("\n"))


def register(app: typer.Typer) -> None:
    """Add the commands to the application."""
    for name, command in (("sql", sql), ("describe", describe), ("tree", tree)):
        app.command(name)(command)
