"""Duties: what each licence upstream asks of the child of an edge, judged apart and never averaged."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

import numpy as np
import polars as pl

from pipelines.drift.licences.declared import declared_licenses
from pipelines.drift.licences.doubts import name_disagrees, with_confidence
from pipelines.drift.licences.paths import paths
from pipelines.drift.licences.propagation import (
    FIRST_FREE_BIT,
    SAYS_OTHERWISE,
    WITHOUT_LICENSE,
    Carried,
    Ints,
    Ways,
    carry,
    levels,
    ranges,
    reached_by,
)
from pipelines.drift.licences.rulebook import OBLIGATIONS, REACHES, VERDICTS, CodeTables, Rule, Rulebook

_EDGE_DOUBTS: Final[Mapping[str, pl.Expr]] = {
    "parent_from_text": ~pl.col("is_declared"),
    "relation_disputed": pl.col("is_relation_disputed"),
    "relation_inferred": pl.col("relation_source") == "inferred",
    "repaired_id": pl.col("is_repaired"),
    "child_older_than_parent": pl.col("is_time_inverted"),
    "no_weights_pass": ~pl.col("is_weight_inheriting").fill_null(True),
    "weights_may_not_pass": pl.col("is_weight_inheriting").is_null(),
}
"""Doubts that an edge brings to every duty that comes over it."""
_LONG_EDGE: Final = pl.col("edge").cast(pl.Int64)
_REACH: Final = {"quantized": 0, "adapter": 1}
_BITS: Final = {
    "intermediate_without_license": WITHOUT_LICENSE,
    "intermediate_says_otherwise": SAYS_OTHERWISE,
    **{doubt: FIRST_FREE_BIT << place for place, doubt in enumerate(_EDGE_DOUBTS)},
}
_PATH_COLUMNS: Final = ("edge", "entry", "license", "origin", "distance", "bits", "reach")


@dataclass(frozen=True)
class Hub:
    """The linked models as numbers, and what they declare.

    Attributes:
        ids: model ids in alphabetical order; a node is a position in it.
        nodes: one row a node: model_id, license_state, license_ids (understood ones, sorted), facts of the record.
        edges: one row an edge: the given columns, parent and child as nodes, edge as its number; sorted by child and parent.
        licenses: the understood licences as ids; a licence is a position in it.
        own: one row a node and licence: node, license, license_id, is_alias, is_by_generator, is_contradicted.
    """

    ids: pl.Series
    nodes: pl.DataFrame
    edges: pl.DataFrame
    licenses: pl.Series
    own: pl.DataFrame

    @staticmethod
    def of(records: pl.DataFrame, edges: pl.DataFrame, tables: CodeTables) -> Hub:
        """Number models and licences by their names, so that nothing depends on the order of rows."""
        ids = pl.concat([edges["parent_id"], edges["child_id"]]).unique().sort()
        linked = records.filter(pl.col("model_id").is_in(ids.implode()))
        states, listed = declared_licenses(linked, tables)
        licenses = listed["license_id"].unique().sort()
        own = listed.with_columns(
            node=ids.search_sorted(listed["model_id"]).cast(pl.Int64),
            license=licenses.search_sorted(listed["license_id"]).cast(pl.Int64),
        )
        several = own.group_by("model_id").agg(license_ids=pl.col("license_id").sort())
        nodes = (
            ids.alias("model_id").to_frame().join(states, on="model_id", how="left").join(several, on="model_id", how="left")
        )
        nodes = nodes.join(linked.drop("license_ids"), on="model_id", how="left").sort("model_id")
        filled = nodes.with_columns(pl.col("license_state").fill_null("not_listed"), pl.col("license_ids").fill_null([]))
        ends = {name: ids.search_sorted(edges[f"{name}_id"]).cast(pl.Int64) for name in ("parent", "child")}
        numbered = edges.with_columns(**ends).sort("child", "parent").with_row_index("edge").with_columns(_LONG_EDGE)
        return Hub(ids, filled, numbered, licenses, own.drop("model_id"))


def find_duties(hub: Hub, book: Rulebook, tables: CodeTables) -> pl.DataFrame:
    """Return one row an edge, licence upstream and group of rules, with verdict, path, confidence and doubts.

    Edges cut to break a cycle are judged by what the parent itself declares, and hand nothing on.
    """
    if hub.edges.is_empty() or hub.own.is_empty():
        return pl.DataFrame(schema=DUTIES)
    carried, arrivals = _arrivals(hub)
    judged = _judged(_with_facts(hub, arrivals, tables), book)
    weighed = with_confidence(judged, tables)
    told = weighed.with_columns(path=paths_of(hub, carried, weighed)).with_columns(n_steps=pl.col("distance"))
    return told.sort("edge", "license", "rule_id").select(list(DUTIES))


DUTIES: Final = {
    "child_id": pl.String(),
    "parent_id": pl.String(),
    "source_license_id": pl.String(),
    "rule_id": pl.String(),
    "verdict": pl.String(),
    "obligation": pl.String(),
    "clause": pl.String(),
    "source_id": pl.String(),
    "path": pl.List(pl.String()),
    "n_steps": pl.Int64(),
    "confidence": pl.Float64(),
    "doubts": pl.List(pl.String()),
    "edge": pl.Int64(),
    "child": pl.Int64(),
    "origin": pl.Int64(),
    "license": pl.Int64(),
    "gravity": pl.Int64(),
    "trust": pl.Float64(),
    "is_cut": pl.Boolean(),
}
"""Columns of the duties: those that are published, then the numbers of edge, child, source and licence (in the order of their
names), gravity (of verdict and obligation, 0 the gravest), and trust (what the doubts leave of a rule's confidence)."""
PUBLISHED: Final = tuple(DUTIES)[:12]


def paths_of(hub: Hub, carried: Carried, judged: pl.DataFrame) -> pl.Series:
    """Write the paths once an entry and child, and give them to the rows of several rules."""
    keys = judged.select("edge", "entry", "parent", "child", "license").unique().sort("edge", "entry", "license")
    over = keys.filter(pl.col("entry") >= 0)
    told = over.with_columns(path=paths(carried, over["entry"].to_numpy(), over["child"].to_numpy(), hub.ids))
    cut = keys.filter(pl.col("entry") < 0)
    ends = pl.DataFrame({"parent": hub.ids.gather(cut["parent"]), "child": hub.ids.gather(cut["child"])})
    alone = cut.with_columns(path=ends.select(pl.concat_list("parent", "child")).to_series())
    known = pl.concat([told, alone]).select("edge", "entry", "license", "path")
    return judged.join(known, on=["edge", "entry", "license"], how="left", maintain_order="left")["path"]


def _arrivals(hub: Hub) -> tuple[Carried, pl.DataFrame]:
    """Carry licences down the uncut edges; return one row an edge and licence that comes over it."""
    bits = pl.sum_horizontal(rule.cast(pl.Int64) * _BITS[doubt] for doubt, rule in _EDGE_DOUBTS.items())
    reach = pl.col("relation").replace_strict(_REACH, default=2, return_dtype=pl.Int64)
    edges = hub.edges.with_columns(bits=bits, reach=reach)
    uncut = edges.filter(~pl.col("is_cut"))
    edge, parents, children, met, far = (uncut[name].to_numpy() for name in ("edge", "parent", "child", "bits", "reach"))
    level = levels(len(hub.ids), parents, children)
    ways = Ways(parents, children, met, far)
    carried = carry(level, ways, hub.own["node"].to_numpy(), hub.own["license"].to_numpy())
    count = carried.count[parents]
    entry = ranges(carried.start[parents], count)
    arrays: tuple[Ints, ...] = (
        np.repeat(edge, count), entry, carried.license[entry], carried.origin[entry], carried.distance[entry] + 1,
        carried.bits[entry] | np.repeat(met, count), np.maximum(carried.reach[entry], np.repeat(far, count)),
    )  # fmt: skip
    over = pl.DataFrame(dict(zip(_PATH_COLUMNS, arrays, strict=True)))
    is_unstated = (hub.nodes["license_state"] != "known").to_numpy()
    below = reached_by(level, parents, children, is_unstated)
    arrivals = pl.concat([over, _over_cut_edges(edges, hub.own)])
    above = pl.DataFrame({"parent": np.arange(len(below)), "is_below_unstated": below})
    ends = edges.select("edge", "parent", "child", "parent_id", "child_id", "is_cut")
    return carried, arrivals.join(ends, on="edge").join(above, on="parent")


def _over_cut_edges(edges: pl.DataFrame, own: pl.DataFrame) -> pl.DataFrame:
    cut = edges.filter("is_cut").join(own.select("node", "license"), left_on="parent", right_on="node")
    alone = cut.with_columns(entry=pl.lit(-1, dtype=pl.Int64), origin="parent", distance=pl.lit(1, dtype=pl.Int64))
    return alone.select(_PATH_COLUMNS)


def _with_facts(hub: Hub, arrivals: pl.DataFrame, tables: CodeTables) -> pl.DataFrame:
    """Join what both ends declare, and the doubts of the path as flags."""
    terms = tables.terms.select("license_id", "name_prefix", "hub_since")
    families = tables.licenses.filter(license_class="family_unversioned")["license_id"]
    sources = hub.own.join(terms, on="license_id", how="left").select(
        "license", "name_prefix", "hub_since", origin="node", source_license_id="license_id", source_is_alias="is_alias",
        source_license_by_generator="is_by_generator", source_is_contradicted="is_contradicted",
        source_is_family=pl.col("license_id").is_in(families.implode()),
    )  # fmt: skip
    ends = hub.nodes.with_columns(node=pl.int_range(pl.len(), dtype=pl.Int64), owner=_OWNER)
    child = ends.join(_of_children(hub.own, families), on="node", how="left").select(
        pl.col("node").alias("child"), *_CHILD_FACTS, declared=pl.col("license_ids").list.join(" "), child_owner="owner",
        child_bare_name=_BARE_NAME, child_created_at="created_at", child_modified_at="last_modified_at",
        child_has_weights="has_weights",
        several_licenses=pl.col("license_ids").list.len() > 1,
    )  # fmt: skip
    source = ends.filter(pl.col("node").is_in(arrivals["origin"].unique().implode())).select(
        pl.col("node").alias("origin"), source_id="model_id", source_removed="is_removed", source_gated="is_gated",
        source_owner="owner",
        source_name_disagrees=name_disagrees(tables), upstream_several_licenses=pl.col("license_ids").list.len() > 1,
    )  # fmt: skip
    met = {doubt: (pl.col("bits") & bit) > 0 for doubt, bit in _BITS.items()}
    begins = pl.col("child_bare_name").str.starts_with(pl.col("name_prefix").fill_null(""))
    reach = pl.col("reach").replace_strict(dict(enumerate(REACHES)), return_dtype=pl.String)
    found = arrivals.join(sources, on=["origin", "license"]).join(source, on="origin").join(child, on="child")
    return found.with_columns(**met, has_prefix=begins, reach=reach)


_OWNER: Final = pl.col("model_id").str.extract(r"^([^/]+)/").str.to_lowercase()
_BARE_NAME: Final = pl.col("model_id").str.split("/").list.last().str.to_lowercase().str.replace_all("[^a-z0-9]", "")
_CHILD_FACTS: Final = ("child_is_alias", "child_license_by_generator", "child_is_contradicted", "child_is_family")


def _of_children(own: pl.DataFrame, families: pl.Series) -> pl.DataFrame:
    """Return what is told of a child's licences together, one row a node that declares one."""
    return own.group_by("node").agg(
        child_is_alias=pl.col("is_alias").any(),
        child_license_by_generator=pl.col("is_by_generator").all(),
        child_is_contradicted=pl.col("is_contradicted").any(),
        child_is_family=pl.col("license_id").is_in(families.implode()).any(),
    )


def _judged(found: pl.DataFrame, book: Rulebook) -> pl.DataFrame:
    """Ask the rules once for every combination that occurs."""
    key = ["source_license_id", "declared", "reach", "has_prefix"]
    answers = []
    for combination in found.select(key).unique().sort(key).iter_rows():
        upstream, declared, reach, has_prefix = combination
        for rule in book.judge(upstream, declared.split(), reach=reach, has_prefix=has_prefix):
            told_of = (rule.rule_id, rule.verdict, rule.obligation, rule.clause, rule.confidence, gravity_of(rule))
            answers.append((*combination, *told_of))
    told = ("rule_id", "verdict", "obligation", "clause", "rule_confidence", "gravity")
    types = (pl.String, pl.String, pl.String, pl.Boolean, pl.String, pl.String, pl.String, pl.String, pl.Float64, pl.Int64)
    said = pl.DataFrame(answers, schema=dict(zip((*key, *told), types, strict=True)), orient="row")
    return found.join(said, on=key)


def gravity_of(rule: Rule) -> int:
    """Return verdict and obligation as one number: 0 is a conflict over the strictest obligation."""
    return VERDICTS.index(rule.verdict) * len(OBLIGATIONS) + OBLIGATIONS.index(rule.obligation)
