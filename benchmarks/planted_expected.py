"""What a build can find of a planted hub: the planted pairs, less what the evidence can't show, each with its reason.

Nothing here looks at a build. The rules read the truth tables and, for evidence in words, whether the parent's id stands in
the child's card. Families and places come from networkx (`yardstick_repaired`), not from hubtree's own graph code.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

import networkx as nx
import pandas as pd
import polars as pl

from benchmarks.planted_evidence import Evidence
from benchmarks.yardstick_repaired import Created, describe_lineage, edges_to_cut
from pipelines.local_hub.planted import PlantedHub
from pipelines.local_hub.planted.front_matter import front_matter
from pipelines.local_hub.planted.generators import GENERATORS

REASONS: Final = {
    "redirect": "the parent is named by an id it no longer has, and only the hub's redirect tells",
    "unstated": "how the child was made is stated nowhere, in the truth neither; what the Hub assumes is expected",
    "several": "one of several parents, in the card's metadata alone: nothing says whether it gave weights",
    "trainer": "an adapter without a library, with the tag of a trainer: the Hub itself says finetune",
    "no card": "the child has no card that could name its parent",
    "not named": "the child's card does not name its parent",
    "follows": "follows from pairs above",
}
_PAIR: Final = ["parent_id", "child_id"]
_TRAINER_TAGS: Final = frozenset(
    {
        "generated_from_trainer",
        "generated_from_keras_callback",
        "trl",
        "sft",
        "autotrain",
        "llama-factory",
        "axolotl",
        "unsloth",
    }
)
"""Tags by which the Hub tells trained models (docs/relations.md)."""
_TRAINERS: Final = [generator.name for generator in GENERATORS if _TRAINER_TAGS & set(generator.tags)]


@dataclass(frozen=True)
class Planted:
    """The pairs that were planted, or those of them that can be found; and why the two differ."""

    edges: pl.DataFrame
    """parent_id, child_id, relation, is_parent_listed, is_weight_inheriting, is_exact (declared letter for letter)."""
    claims: pl.DataFrame
    """child_id, parent_ref, evidence (one row a source), resolution, parent_id."""


def truth_of(hub: PlantedHub) -> Planted:
    """Return what was planted."""
    claims = hub.truth["claims_expected"]
    exact = claims.filter(resolution="exact").select("parent_id", "child_id", is_exact=pl.lit(True)).unique()
    edges = (
        hub.truth["edges"]
        .select(*_PAIR, "relation", "is_parent_listed", "is_weight_inheriting")
        .join(exact, on=_PAIR, how="left")
    )
    stated = claims.explode("evidence", empty_as_null=True).drop_nulls("evidence")
    return Planted(
        edges.with_columns(pl.col("is_exact").fill_null(False)),
        stated.select("child_id", "parent_ref", "evidence", "resolution", "parent_id"),
    )


def expected_of(hub: PlantedHub, evidence: Evidence) -> tuple[Planted, pl.DataFrame]:
    """Return what the evidence lets a build find, and the reasons: parent_id, child_id, why; one row a changed pair."""
    truth = truth_of(hub)
    if evidence == "cards_alone":
        return _in_words(hub, truth)
    if evidence == "no_relations":
        return _without_relations(hub, truth)
    moved = hub.truth["claims_expected"].filter("needs_hub_answer") if evidence == "all" else truth.claims.clear()
    return _without_answers(truth, moved)


def _without_answers(truth: Planted, moved: pl.DataFrame) -> tuple[Planted, pl.DataFrame]:
    """Leave claims that need the hub's answer as placeholders under the id that was written."""
    asked = moved.select("child_id", "parent_ref", "parent_id")
    is_asked = pl.struct("child_id", "parent_ref").is_in(
        asked.select(pl.struct("child_id", "parent_ref")).to_series().implode()
    )
    claims = truth.claims.with_columns(
        resolution=pl.when(is_asked).then(pl.lit("placeholder")).otherwise("resolution"),
        parent_id=pl.when(is_asked).then("parent_ref").otherwise("parent_id"),
    )
    written, unclear = asked.select(*_PAIR, written="parent_ref"), _of_several(truth)
    unknown = unclear.select(*_PAIR, is_unclear=pl.lit(True))
    edges = (
        truth.edges.join(written, on=_PAIR, how="left")
        .join(unknown, on=_PAIR, how="left")
        .with_columns(
            is_weight_inheriting=pl.when(pl.col("is_unclear").is_null()).then("is_weight_inheriting"),
            parent_id=pl.coalesce("written", "parent_id"),
            is_parent_listed=pl.col("is_parent_listed") & pl.col("written").is_null(),
            relation=pl.col("relation").fill_null("finetune"),
        )
    )
    unstated = truth.edges.filter(pl.col("relation").is_null())
    whys = [
        (asked.select(*_PAIR), "redirect"),
        (asked.select("child_id", parent_id="parent_ref"), "redirect"),
        (unstated, "unstated"),
        (unclear, "several"),
    ]
    return Planted(edges.drop("written", "is_unclear"), claims), _reasons(whys)


def _of_several(truth: Planted) -> pl.DataFrame:
    """Return the pairs of children of several parents, no merges, that neither a tag nor the hub states."""
    stated = truth.claims.filter(pl.col("evidence") != "card_data")
    several = truth.edges.filter((pl.len().over("child_id") > 1) & (pl.col("relation") != "merge").fill_null(True))
    return several.join(stated, on=_PAIR, how="anti")


def _without_relations(hub: PlantedHub, truth: Planted) -> tuple[Planted, pl.DataFrame]:
    edges, trained = _as_the_hub_says(hub, truth.edges)
    return Planted(edges, truth.claims), _reasons([(trained, "trainer")])


def _in_words(hub: PlantedHub, truth: Planted) -> tuple[Planted, pl.DataFrame]:
    """Keep the pairs whose parent's id stands in the child's card below its front matter."""
    named = pl.DataFrame(list(_named(hub, truth.edges)), schema=dict.fromkeys(_PAIR, pl.String), orient="row")
    has_card = pl.col("child_id").is_in(hub.cards["model_id"].implode())
    silent = truth.edges.join(named, on=_PAIR, how="anti")
    seen = truth.edges.join(named, on=_PAIR, how="semi").with_columns(is_exact=pl.lit(False))
    edges, trained = _as_the_hub_says(hub, seen)
    whys = [(silent.filter(~has_card), "no card"), (silent.filter(has_card), "not named"), (trained, "trainer")]
    return Planted(edges, truth.claims.clear()), _reasons(whys)


def _named(hub: PlantedHub, edges: pl.DataFrame) -> Iterator[tuple[str, str]]:
    parents = edges.group_by("child_id", maintain_order=True).agg("parent_id")
    data = hub.records.select("model_id", "card_data")
    cards = hub.cards.join(data, on="model_id").join(parents, left_on="model_id", right_on="child_id")
    for child, content, metadata, ids in cards.select("model_id", "content", "card_data", "parent_id").iter_rows():
        body = content[len(front_matter(metadata).encode()) :].decode()
        yield from ((parent, child) for parent in ids if re.search(rf"(?<![\w.-]){re.escape(parent)}(?![\w/-])", body))


def _as_the_hub_says(hub: PlantedHub, edges: pl.DataFrame) -> tuple[pl.DataFrame, pl.DataFrame]:
    """Return the edges, adapters that show nothing but a trainer's tag as finetunes; and these pairs."""
    shown = hub.truth["models"].filter(kind="adapter", is_library_declared=False).select("model_id")
    trained = shown.join(hub.truth["cards"].filter(pl.col("generator").is_in(_TRAINERS)), on="model_id", how="semi")
    is_trained = pl.col("child_id").is_in(trained["model_id"].implode())
    changed = edges.with_columns(relation=pl.when(is_trained).then(pl.lit("finetune")).otherwise("relation"))
    return changed, edges.filter(is_trained)


def _reasons(whys: list[tuple[pl.DataFrame, str]]) -> pl.DataFrame:
    return pl.concat([pairs.select(*_PAIR, why=pl.lit(why)) for pairs, why in whys])


def created_of(hub: PlantedHub) -> Created:
    """Return when each listed model was created, as its record says."""
    instant = pl.col("created_at").str.to_datetime("%Y-%m-%dT%H:%M:%S%.fZ", strict=False)
    known = hub.records.filter(pl.col("raw").is_null()).select("model_id", instant)
    frame = known.to_pandas()
    return dict(zip(frame["model_id"], frame["created_at"], strict=True))


@dataclass(frozen=True)
class Graph:
    """What networkx makes of pairs: the edges with their flags, the families of all scopes, each linked model's place."""

    edges: pl.DataFrame
    families: pl.DataFrame
    places: pl.DataFrame


def graph_of(planted: Planted, created: Created) -> Graph:
    """Work out families and places of planted pairs."""
    edges = planted.edges.to_pandas().rename(
        columns={"parent_id": "parent", "child_id": "child", "is_parent_listed": "is_listed"}
    )
    dates = {name: created[name] for name in set(edges["parent"]) | set(edges["child"]) if name in created}
    edges["is_merge"] = edges["relation"] == "merge"
    cut = edges_to_cut(nx.from_pandas_edgelist(edges, "parent", "child", create_using=nx.DiGraph), dates)
    families, places = describe_lineage(edges, cut, dates)
    cuts = pl.DataFrame(sorted(cut), schema=dict.fromkeys(_PAIR, pl.String), orient="row").with_columns(is_cut=pl.lit(True))
    flagged = planted.edges.join(cuts, on=_PAIR, how="left").with_columns(pl.col("is_cut").fill_null(False))
    return Graph(flagged, _polars(families), _polars(places).join(_node_kinds(flagged), on="model_id", how="left"))


def _polars(frame: pd.DataFrame) -> pl.DataFrame:
    table: pl.DataFrame = pl.from_pandas(frame)
    return table.with_columns(pl.selectors.datetime().dt.cast_time_unit("us"))


def _node_kinds(edges: pl.DataFrame) -> pl.DataFrame:
    """Return the kind of every listed model of the edges: a child goes by its relation, a parent without parents is a base."""
    ranked = {"merge": 0, "quantized": 1, "adapter": 2, "finetune": 3}
    first = edges.drop_nulls("relation").sort(pl.col("relation").replace_strict(ranked)).unique("child_id", keep="first")
    kind = pl.col("relation").replace({"finetune": "finetuned"})
    children = (
        edges.select(model_id="child_id").unique().join(first.select(model_id="child_id", node_kind=kind), "model_id", "left")
    )
    bases = edges.filter("is_parent_listed").select(model_id="parent_id", node_kind=pl.lit("base")).unique()
    return pl.concat([children, bases.join(children, on="model_id", how="anti")])
