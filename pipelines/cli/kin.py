"""The commands about kinship: tree, relatives, impact."""

from __future__ import annotations

import json
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Literal

import typer

from pipelines import steps
from pipelines.cli.choices import AsJson
from pipelines.cli.output import print_table, shown, tell
from pipelines.settings import Settings
from warehouse.errors import UsageError

if TYPE_CHECKING:
    import networkx as nx

    from pipelines.query.kinship import Kinship

TreeFormat = Literal["text", "json", "dot", "graphml", "gexf", "svg"]


def tree(
    model: Annotated[str, typer.Argument(help="The model's id, in any case.")],
    depth: Annotated[int | None, typer.Option(min=1, help="At most so many edges up and down.")] = None,
    max_children: Annotated[int, typer.Option(min=1, help="Most children drawn under one model.")] = 20,
    form: Annotated[
        TreeFormat, typer.Option("--format", help="text, json and dot are printed; graphml, gexf and svg need --out.")
    ] = "text",
    out: Annotated[Path | None, typer.Option(help="Write the drawing into this file.")] = None,
    as_json: Annotated[bool, typer.Option("--json", help="The same as --format json.")] = False,
) -> None:
    """Draw a model's ancestors and descendants, with relation, licence and downloads.

    Example: hubtree tree mistralai/Mistral-7B-v0.1 --depth 2

    Example: hubtree tree mistralai/Mistral-7B-v0.1 --format gexf --out family.gexf
    """
    from pipelines.query import family_tree
    from pipelines.query.graph_files import write_graph
    from warehouse.files import write_whole

    form = "json" if as_json else form
    graph = family_tree(steps.database(Settings.from_environment()), model, depth=depth)
    if form in ("graphml", "gexf", "svg"):
        if out is None:
            raise UsageError(f"{form} is written to a file", hint=f"name it with --out family.{form}")
        write_graph(graph, form, out)
        tell(f"wrote {len(graph):,} models and {graph.number_of_edges():,} edges to {out}")
        return
    drawing = _drawn(graph, form, depth, max_children)
    if out is None:
        tell(drawing)
    else:
        write_whole(out, lambda path: path.write_text(f"{drawing}\n", encoding="utf-8"))


def _drawn(graph: nx.DiGraph, form: str, depth: int | None, max_children: int) -> str:
    from pipelines.query.tree import tree_dot, tree_json
    from pipelines.query.tree_text import tree_text

    if form == "json":
        return tree_json(graph)
    text = tree_dot(graph) if form == "dot" else tree_text(graph, depth=depth, max_children=max_children)
    return text.rstrip("\n")


def relatives(
    model: Annotated[str, typer.Argument(help="A model's id, in any case.")],
    other: Annotated[str, typer.Argument(help="Another model's id.")],
    as_json: AsJson = False,
) -> None:
    """Say how two models are related, with the chain of models that joins them.

    Example: hubtree relatives mistralai/Mistral-7B-v0.1 HuggingFaceH4/zephyr-7b-beta
    """
    from pipelines.query.kinship import kinship

    found = kinship(steps.database(Settings.from_environment()), model, other)
    tell(json.dumps(asdict(found)) if as_json else _in_words(found))


def _in_words(found: Kinship) -> str:
    words = {
        "same": "is the same model as",
        "ancestor": "is an ancestor of",
        "descendant": "is a descendant of",
        "sibling": "is a sibling of",
        "same_family": "is of the same family as",
        "unrelated": "is not related to",
    }
    sentence = f"{found.model_id} {words[found.kind]} {found.other_id}"
    chain = f"\n  {' – '.join(found.path)}" if len(found.path) > 1 else ""
    return sentence + chain


def impact(
    model: Annotated[str, typer.Argument(help="The model that is withdrawn or changes its licence.")],
    limit: Annotated[int, typer.Option(min=0, help="Most descendants listed; 0 for all.")] = 20,
    as_json: AsJson = False,
) -> None:
    """Tell everything downstream of a model, with the downloads at stake.

    Example: hubtree impact mistralai/Mistral-7B-v0.1
    """
    from pipelines.query.kinship import impact as read_impact

    found = read_impact(steps.database(Settings.from_environment()), model)
    listed = found.descendants.head(limit) if limit else found.descendants
    if as_json:
        tell(json.dumps({**vars(found), "descendants": listed.to_dicts()}, default=str))
        return
    tell(f"{found.model_id}: {shown(found.n_children)} children, {shown(found.n_descendants)} descendants")
    unknown = f" ({shown(found.n_downloads_unknown)} of them unknown)" if found.n_downloads_unknown else ""
    tell(f"downloads of the last 30 days at stake: {shown(found.downloads_at_stake)}{unknown}")
    if listed.height:
        print_table(listed)
    if found.n_descendants > listed.height:
        tell(f"… and {shown(found.n_descendants - listed.height)} more (use --limit)")


def register(app: typer.Typer) -> None:
    """Add the commands to the application."""
    for name, command in (("tree", tree), ("relatives", relatives), ("impact", impact)):
        app.command(name)(command)
