"""The command that tells how traits drift down the family trees."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Annotated, Literal

import typer

from pipelines import steps
from pipelines.cli.output import print_table, tell, tell_note
from pipelines.settings import Settings

if TYPE_CHECKING:
    import polars as pl

    from pipelines.query.drift import Drift

_ON_A_TERMINAL = {
    "rates": ("trait", "scope", "n_pairs", "mutation_rate", "mutation_rate_low95", "mutation_rate_high95", "null_rate",
              "undefaulted_mutation_rate", "entry_rate", "loss_rate", "n_clusters"),
    "moves": ("from_value", "to_value", "n_edges", "n_reverse", "net_flow", "net_flow_low95", "net_flow_high95", "p_adjusted",
              "largest_parent_id", "largest_parent_share", "largest_tool_share"),
}  # fmt: skip


def drift(
    trait: Annotated[
        str | None, typer.Argument(help="license, language, task, library, dataset, architecture or parameter_count; else all.")
    ] = None,
    protocol: Annotated[
        Literal["hubtree", "paper"], typer.Option(help="paper: exact tags, values as written, every edge (docs/drift.md).")
    ] = "hubtree",
    scope: Annotated[
        Literal["finetune", "adapter", "quantized", "merge", "no_merges", "all"],
        typer.Option(help="Of which relations moves and orders are shown (orders by the paper: finetune, all)."),
    ] = "all",
    moves: Annotated[int, typer.Option(min=0, help="Most moves shown for each trait and scope.")] = 10,
    directions: Annotated[
        bool, typer.Option("--directions", help="Tell which way licences, languages and cards go, with intervals.")
    ] = False,
    differences: Annotated[
        bool, typer.Option("--differences", help="Tell what lies between the paper's protocol and the repaired one.")
    ] = False,
    ordering: Annotated[
        bool, typer.Option("--ordering", help="Tell in which order values follow each other, and how firm that is.")
    ] = False,
    trends: Annotated[
        bool, typer.Option("--trends", help="Tell what rises or falls over the months in which models were created.")
    ] = False,
    as_json: Annotated[bool, typer.Option("--json", help="Print one JSON list of rows instead of tables.")] = False,
) -> None:
    """Tell how often traits change from parent to child, and which way.

    Example: hubtree drift license

    Example: hubtree drift --protocol paper --json
    """
    from pipelines.query import drift as ask

    database = steps.database(Settings.from_environment())
    if directions:
        _show(ask.read_directions(database), as_json)
    elif differences:
        _show(ask.read_steps(database), as_json)
    elif ordering:
        _show(ask.read_orderings(database, trait=trait, scope=scope, protocol=protocol), as_json)
    elif trends:
        _show(ask.read_trends(database), as_json)
    else:
        _show_rates(ask.read_drift(database, trait=trait, protocol=protocol, n_moves=moves), trait, scope, as_json)


def _show(frame: pl.DataFrame, as_json: bool) -> None:
    if as_json:
        tell(json.dumps(frame.to_dicts()))
    elif frame.is_empty():
        tell_note("the published file has no such rows")
    else:
        print_table(frame)


def _show_rates(found: Drift, trait: str | None, scope: str, as_json: bool) -> None:
    if as_json:
        tell(json.dumps(found.rows()))
        return
    if found.rates.is_empty():
        tell_note("no pair of parent and child declares this trait")
        return
    print_table(found.rates.select(_ON_A_TERMINAL["rates"]))
    shown = found.moves.filter(scope=scope)
    if trait is not None and not shown.is_empty():
        tell(f"\nLargest moves, scope {scope}")
        print_table(shown.select(_ON_A_TERMINAL["moves"]))


def register(app: typer.Typer) -> None:
    """Add the command to the application."""
    app.command("drift")(drift)
