"""Verdicts: for every edge and every merge, the gravest of its duties, with the path that brings it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import polars as pl

from pipelines.drift.licences.duties import PUBLISHED, Hub, find_duties, gravity_of
from pipelines.drift.licences.rulebook import IRRECONCILABLE, UNSTATED, CodeTables, Rulebook


@dataclass(frozen=True)
class Verdicts:
    """What `judge_licenses` returns.

    Attributes:
        verdicts: one row an edge, and one a merge (a model with several uncut parents): columns of VERDICT_COLUMNS.
        duties: one row an edge, licence upstream and rule, see `duties.DUTIES`.
    """

    verdicts: pl.DataFrame
    duties: pl.DataFrame


VERDICT_COLUMNS: Final = (
    "judged", "child_id", "parent_id", "verdict", "rule_id", "obligation", "clause", "source_id", "source_license_id",
    "against_license_id", "upstream_license_ids", "child_license_ids", "child_license_state", "parent_license_state", "path",
    "n_steps", "confidence", "doubts",
)  # fmt: skip
_TOLD: Final = (
    "verdict", "rule_id", "obligation", "clause", "source_id", "source_license_id", "path", "n_steps", "confidence", "doubts",
)  # fmt: skip


def judge_licenses(records: pl.DataFrame, edges: pl.DataFrame, tables: CodeTables) -> Verdicts:
    """Judge every edge and every merge by the licences of all models above it.

    Args:
        records: one row a linked model that is listed: model_id, license_ids (lower case), has_license_key, license_name,
            license_link, generator_tags, created_at, last_modified_at, has_weights, is_removed, is_gated.
        edges: one row an accepted pair: parent_id, child_id, relation, relation_source, is_declared, is_repaired,
            is_relation_disputed, is_time_inverted, is_weight_inheriting, is_cut. Without the cut ones there is no cycle.
        tables: the code tables of licences.

    Raises:
        ValueError: the uncut edges hold a cycle.
    """
    hub = Hub.of(records, edges, tables)
    book = Rulebook(tables)
    duties = find_duties(hub, book, tables)
    of_edges = _of_edges(hub, duties, book)
    verdicts = pl.concat([of_edges, _of_merges(duties, of_edges, book)])
    told = verdicts.sort("child", "judged", "edge", nulls_last=True).select(VERDICT_COLUMNS)
    return Verdicts(told, duties.select(PUBLISHED))


def _of_edges(hub: Hub, duties: pl.DataFrame, book: Rulebook) -> pl.DataFrame:
    nodes = hub.nodes.with_columns(node=pl.int_range(pl.len(), dtype=pl.Int64))
    child = nodes.select(child="node", child_license_state="license_state", child_license_ids="license_ids")
    parent = nodes.select(parent="node", parent_license_state="license_state")
    edges = hub.edges.select("edge", "parent", "child", "parent_id", "child_id", "is_cut").join(child, on="child")
    edges = edges.join(parent, on="parent")
    rule = book.rules[UNSTATED]
    unstated = edges.filter(pl.col("parent_license_state") != "known").select(
        "edge", source_id="parent_id", source_license_id=pl.lit(None, dtype=pl.String), origin="parent",
        license=pl.lit(-1, dtype=pl.Int64), gravity=pl.lit(gravity_of(rule), dtype=pl.Int64),
        rule_id=pl.lit(rule.rule_id), verdict=pl.lit(rule.verdict), obligation=pl.lit(rule.obligation),
        clause=pl.lit(rule.clause), path=pl.concat_list("parent_id", "child_id"), n_steps=pl.lit(1, dtype=pl.Int64),
        confidence=pl.lit(rule.confidence), doubts=pl.lit([], dtype=pl.List(pl.String)),
    )  # fmt: skip
    said = pl.concat([duties.select(*_TOLD, *_KEYS), unstated.select(*_TOLD, *_KEYS)])
    gravest = said.sort("edge", *_GRAVEST_FIRST).unique("edge", keep="first", maintain_order=True)
    upstream = duties.group_by("edge").agg(upstream_license_ids=pl.col("source_license_id").unique().sort())
    found = edges.join(gravest, on="edge").join(upstream, on="edge", how="left")
    return found.with_columns(
        pl.col("upstream_license_ids").fill_null([]),
        judged=pl.lit("edge"),
        against_license_id=pl.lit(None, dtype=pl.String),
    )


_KEYS: Final = ("edge", "gravity", "origin", "license")
_GRAVEST_FIRST: Final = ("gravity", -pl.col("confidence"), "n_steps", "origin", "license", "rule_id")
"""Sort keys: the gravest verdict, the strictest obligation, the surest, the nearest; then by name."""


def _of_merges(duties: pl.DataFrame, of_edges: pl.DataFrame, book: Rulebook) -> pl.DataFrame:
    """Judge models of several parents: the gravest of their edges, or two licences that no licence can honour together."""
    parts = of_edges.filter(~pl.col("is_cut")).filter(pl.len().over("child") > 1)
    gravest = parts.sort("child", *_GRAVEST_FIRST, "edge").unique("child", keep="first", maintain_order=True)
    licenses = pl.col("upstream_license_ids").list.explode().unique().sort().drop_nulls()
    upstream = parts.group_by("child").agg(upstream_license_ids=licenses)
    whole = (
        gravest.drop("upstream_license_ids")
        .join(upstream, on="child")
        .with_columns(
            judged=pl.lit("merge"),
            edge=pl.lit(None, dtype=pl.Int64),
            parent_id=pl.lit(None, dtype=pl.String),
            parent_license_state=pl.lit(None, dtype=pl.String),
        )
    )
    opposed = _opposed(whole, duties.filter(~pl.col("is_cut")), book)
    rule = book.rules[IRRECONCILABLE]
    told = {"verdict": rule.verdict, "rule_id": rule.rule_id, "obligation": rule.obligation, "clause": rule.clause}
    against = (
        whole.drop("source_license_id", "source_id", "path", "n_steps", "doubts", "against_license_id")
        .join(opposed, on="child")
        .with_columns(
            **{name: pl.lit(value) for name, value in told.items()},
            confidence=(rule.confidence * pl.col("trust")).round(3),
        )
    )
    rest = whole.join(opposed, on="child", how="anti")
    return pl.concat([rest, against.select(rest.columns)]).select(of_edges.columns)


def _opposed(whole: pl.DataFrame, duties: pl.DataFrame, book: Rulebook) -> pl.DataFrame:
    """Return one row a merge whose licences can't be honoured together: the surest duty under the first, and the other."""
    sets = whole.select("upstream_license_ids").unique().to_series().to_list()
    found = {tuple(each): book.irreconcilable(each) for each in sets}
    clashing = {each: pair for each, pair in found.items() if len(pair) > 1}
    named = pl.DataFrame(
        {
            "upstream_license_ids": pl.Series(list(map(list, clashing)), dtype=pl.List(pl.String)),
            "source_license_id": pl.Series([pair[0] for pair in clashing.values()], dtype=pl.String),
            "against_license_id": pl.Series([pair[1] for pair in clashing.values()], dtype=pl.String),
        }
    )
    pairs = whole.select("child", "upstream_license_ids").join(named, on="upstream_license_ids").drop("upstream_license_ids")
    near = duties.join(pairs.select("child"), on="child", how="semi")
    surest = near.sort("child", "license", -pl.col("trust"), "n_steps", "origin", "edge", "rule_id").unique(
        ["child", "license"], keep="first", maintain_order=True
    )
    first = surest.select("child", "source_license_id", "source_id", "path", "n_steps", "trust", "doubts")
    second = surest.select("child", against_license_id="source_license_id", other_trust="trust", other_doubts="doubts")
    return (
        pairs.join(first, on=["child", "source_license_id"])
        .join(second, on=["child", "against_license_id"])
        .with_columns(
            trust=pl.min_horizontal("trust", "other_trust"),
            doubts=pl.col("doubts").list.set_union("other_doubts").list.sort(),
        )
        .drop("other_trust", "other_doubts")
    )
