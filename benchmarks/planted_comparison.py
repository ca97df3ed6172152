"""Found against planted: every row of a kind that differs, with its reason or as unexplained."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import polars as pl

from benchmarks.planted_expected import REASONS, Graph, Planted

UNEXPLAINED: Final = "unexplained"
SCOPES: Final = ("no_merges", "all", "as_declared")
_CLAIM: Final = ("child_id", "parent_ref", "evidence")
_PAIR: Final = ("parent_id", "child_id")
_FLAGS: Final = ("is_parent_listed", "is_weight_inheriting", "is_cut")
_PLACE: Final = ("root_id", "depth", "n_parents", "n_children", "n_descendants", "family_id")


@dataclass(frozen=True)
class Compared:
    """One kind of things: how many were planted and found, how many are equal, and those that are not."""

    what: str
    n_planted: int
    n_found: int
    differences: pl.DataFrame
    """what, difference (missing, extra, wrong), name, planted, found, why; missing is planted and not found."""

    @property
    def n_equal(self) -> int:
        """Planted and found, the same in every column."""
        return self.n_planted - self.count("missing") - self.count("wrong")

    def count(self, difference: str) -> int:
        """Return how many rows differ in a way."""
        return self.differences.filter(difference=difference).height

    @property
    def n_unexplained(self) -> int:
        """Differences that no rule foresees, and rows that differ from what a rule foresees."""
        return self.differences.filter(why=UNEXPLAINED).height


def compare(what: str, key: Sequence[str], sides: Sequence[pl.DataFrame], whys: pl.DataFrame | None = None) -> Compared:
    """Compare three tables of one form, one row a key.

    Args:
        what: what a row is.
        key: columns that name a row; the others of the first table are compared.
        sides: the whole truth, what the evidence lets a build find of it, and what the build found.
        whys: the key and why; without it every foreseen difference follows from others.
    """
    planted, _, found = sides
    values = [name for name in planted.columns if name not in key]
    joined = pl.DataFrame(schema=planted.select(key).schema)
    for side, table in zip(("planted", "expected", "found"), sides, strict=True):
        packed = table.select(*key, pl.struct(pl.lit(True).alias("is_there"), *values).alias(side))
        joined = joined.join(packed, on=list(key), how="full", coalesce=True)
    differing = joined.filter(pl.col("planted").ne_missing(pl.col("found")) | pl.col("expected").ne_missing(pl.col("found")))
    return Compared(what, planted.height, found.height, _told(what, key, differing, whys))


def _told(what: str, key: Sequence[str], differing: pl.DataFrame, whys: pl.DataFrame | None) -> pl.DataFrame:
    reasons = pl.lit("follows").alias("why")
    if whys is not None:
        differing = differing.join(whys.unique(key, maintain_order=True), on=list(key), how="left")
        reasons = pl.col("why").fill_null(UNEXPLAINED)
    is_foreseen = pl.col("expected").eq_missing(pl.col("found"))
    difference = (
        pl.when(pl.col("planted").eq_missing(pl.col("found")))
        .then(pl.lit("not as foreseen"))
        .when(pl.col("found").is_null())
        .then(pl.lit("missing"))
        .when(pl.col("planted").is_null())
        .then(pl.lit("extra"))
        .otherwise(pl.lit("wrong"))
    )
    return differing.select(
        pl.lit(what).alias("what"),
        difference.alias("difference"),
        pl.concat_str(key, separator=" -> ", ignore_nulls=True).alias("name"),
        *(_values(side).alias(side) for side in ("planted", "found")),
        pl.when(is_foreseen).then(reasons).otherwise(pl.lit(UNEXPLAINED)).alias("why"),
    ).sort("difference", "name")


def _values(side: str) -> pl.Expr:
    return pl.when(pl.col(side).is_not_null()).then(pl.col(side).struct.json_encode())


def compare_all(
    planted: tuple[Planted, Graph], expected: tuple[Planted, Graph], found: dict[str, pl.DataFrame], whys: pl.DataFrame
) -> list[Compared]:
    """Compare claims, edges, relations, node kinds, families and places of a build (``found``: its tables by name)."""
    is_declared = not expected[0].claims.is_empty()
    graphs = [planted[1], expected[1]]
    relations = [graph.edges.select(*_PAIR, "relation") for graph in graphs]
    both = relations[0].join(found["edges"], on=_PAIR, how="semi")
    compared = [
        compare("edges", _PAIR, [*(graph.edges.select(*_PAIR, *_FLAGS) for graph in graphs), found["edges"]], whys),
        compare("relations of these", _PAIR, [_among(both, table) for table in (*relations, found["edges"])], whys),
    ]
    linked = found["models"].filter(pl.col("depth").is_not_null())
    kinds, places = ([graph.places.select("model_id", *names) for graph in graphs] for names in (("node_kind",), _PLACE))
    compared.append(compare("node kinds", ("model_id",), [*kinds, linked]))
    for scope in SCOPES if is_declared else SCOPES[:2]:
        tables = [table.filter(family_scope=scope) for table in (*(graph.families for graph in graphs), found["families"])]
        compared.append(compare(f"families, {scope}", ("family_id",), tables))
    compared.append(compare("roots and places", ("model_id",), [*places, linked]))
    return [_claims(planted[0], expected[0], found["parent_claims"], whys), *compared] if is_declared else compared


def _among(pairs: pl.DataFrame, table: pl.DataFrame) -> pl.DataFrame:
    return table.join(pairs, on=_PAIR, how="semi")


def _claims(planted: Planted, expected: Planted, found: pl.DataFrame, whys: pl.DataFrame) -> Compared:
    declared = found.filter(pl.col("evidence").is_in(["tag", "card_data", "base_models"]))
    own = whys.join(planted.claims, on=_PAIR).select(*_CLAIM, "why")
    return compare("declared claims", _CLAIM, [planted.claims, expected.claims, declared], own)


def summary(compared: Sequence[Compared]) -> str:
    """Return the counts as a Markdown table, and below it one line a reason."""
    lines = [
        "| | planted | found | equal | missing | extra | wrong | unexplained |",
        "|---|---:|---:|---:|---:|---:|---:|---:|",
    ]
    for each in compared:
        counts = (
            each.n_planted,
            each.n_found,
            each.n_equal,
            *map(each.count, ("missing", "extra", "wrong")),
            each.n_unexplained,
        )
        lines.append(f"| {each.what} | " + " | ".join(f"{count:,}" for count in counts) + " |")
    return "\n".join([*lines, "", *_reasons(compared)])


def _reasons(compared: Sequence[Compared]) -> list[str]:
    named = pl.concat([each.differences for each in compared])
    groups = named.group_by("why", "what", "difference", maintain_order=True).agg(pl.len(), pl.col("name").first())
    return [
        f"* {what}, {difference}: {count:,}, for example {name}: {REASONS.get(why, why)}"
        for why, what, difference, count, name in groups.iter_rows()
    ]
