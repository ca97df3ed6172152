"""The page of families: a searchable list, and a page of its own with an expandable tree for each of the largest."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from html import escape
from typing import Any, Final

import duckdb
import polars as pl

from pipelines.dashboard.pages import cell
from warehouse import sqlfiles

N_TREES: Final = 30
"""Families with a tree of their own; `hubtree tree` draws any other."""

_N_MODELS: Final = 250
"""Models of one tree: those with the most descendants, then the most downloaded."""

_OPEN_DEPTH: Final = 1

_Node = Mapping[str, Any]


def family_trees(connection: duckdb.DuckDBPyConnection) -> dict[str, str]:
    """Return the tree of each of the largest families as HTML, by the id of its root."""
    wanted = {"n_families": N_TREES, "n_models": _N_MODELS}
    rows = connection.execute(sqlfiles.load("query", "family_members").text, wanted).pl()
    trees = {}
    for (family,), members in rows.group_by(["family_id"], maintain_order=True):
        trees[str(family)] = _tree(str(family), members)
    return trees


def _tree(family: str, members: pl.DataFrame) -> str:
    nodes = {row["model_id"]: row for row in members.iter_rows(named=True)}
    children: dict[str, list[_Node]] = defaultdict(list)
    roots = []
    for row in nodes.values():
        if row["parent_id"] in nodes:
            children[row["parent_id"]].append(row)
        else:
            roots.append(row)
    n_all = members["n_family_models"][0]
    left_out = f" {n_all - len(nodes):,} more are left out here." if n_all > len(nodes) else ""
    note = (
        f"<p>{len(nodes):,} of {n_all:,} models: those with the most descendants, then the most downloads.{left_out} "
        f"The whole: <code>hubtree tree {escape(family)}</code>; as a graph: <code>--format gexf --out family.gexf</code>.</p>"
    )
    items = "".join(_item(root, children, 0) for root in roots)
    return f'{note}<ul class="tree" aria-label="Family of {escape(family)}">{items}</ul>'


def _item(node: _Node, children: Mapping[str, list[_Node]], depth: int) -> str:
    """Return a node and what hangs on it; lists and details fold and unfold without script."""
    below = children.get(node["model_id"], [])
    if not below or depth > 30:
        return f"<li>{_said(node)}</li>"
    items = "".join(_item(child, children, depth + 1) for child in below)
    opened = " open" if depth <= _OPEN_DEPTH else ""
    return f"<li><details{opened}><summary>{_said(node)}</summary><ul>{items}</ul></details></li>"


def _said(node: _Node) -> str:
    """Return a model with relation, licence, downloads and day of creation."""
    facts = [
        f"{node['relation']}{'?' if node['relation_source'] == 'inferred' else ''}" if node["relation"] else "root",
        node["license_id"] or "no licence",
        f"{cell(node['downloads_30d'])} downloads" if node["downloads_30d"] is not None else "",
        f"{node['created_at']:%Y-%m-%d}" if node["created_at"] else "",
        f"{node['n_children']:,} children" if node["n_children"] else "",
    ]
    return f"<b>{escape(node['model_id'])}</b> <small>{escape(' · '.join(fact for fact in facts if fact))}</small>"
