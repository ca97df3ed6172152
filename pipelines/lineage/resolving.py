"""From claims as written to parents that are known: ``parent_claims``.

A reference is read (`references`), then looked up: letter for letter, without regard to case (the hub's ids are unique
that way), among proved renames, among the documented moves of old bare ids. What is found nowhere stays as a placeholder
under its own name. Nothing is matched by a bare name across owners, and no claim is dropped.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

import polars as pl

from pipelines.lineage.references import read_reference

CONFIDENCE: Final = {
    "exact": 1.0,
    "trimmed": 1.0,
    "self": 1.0,
    "case": 0.99,
    "url": 0.98,
    "renamed": 0.98,
    "alias": 0.95,
    "placeholder": 0.5,
    "rejected": 0.0,
}
"""Confidence that the resolved parent is the one meant. An order with round distances, not an estimate: spaces and case
are certain, an address or a proved rename nearly so, a documented move of a bare name might since have been taken over, and
of a placeholder only the name is known."""

DECLARED: Final = ("card_data", "base_models", "tag")
"""Sources in which a model declares its parents, in the order in which they count; what a card's words or a merge
configuration name is evidence, not a declaration."""

ACCEPTED: Final = 0.8
"""What a card names makes an edge of its own only if its source is this sure (`cards.text_rules` has the sources'
confidences), and nothing is declared or several parents were merged."""

_REDUCTIONS: Final = ("url_reduced", "cache_path_reduced", "revision_removed")
_TRIMS: Final = ("trimmed", "invisible_removed")


def resolve_claims(claims: pl.DataFrame, models: pl.DataFrame, renames: pl.DataFrame, legacy: pl.DataFrame) -> pl.DataFrame:
    """Return ``parent_claims``: every claim with the parent it comes down to and how.

    Args:
        claims: child_id, parent_ref, relation, evidence, rule, excerpt, confidence (of the source), n_mentions, observed_at;
            one row a statement.
        models: model_id of every known model.
        renames: old_id -> model_id, proved by the hub's key or a redirect.
        legacy: old_id -> model_id, documented moves of bare ids.

    Returns:
        The claims in contract order with parent_id, relation_source, resolution, repairs and is_accepted; ``confidence`` is
        that of the source times that of the resolution. Sorted by key.
    """
    read = _read_references(claims.select("parent_ref").unique())
    found = _look_up(read, models, renames, legacy).with_columns(
        trust=pl.col("resolution").replace_strict(CONFIDENCE, return_dtype=pl.Float64)
    )
    is_self = pl.col("parent_id") == pl.col("child_id")
    resolved = claims.join(found, on="parent_ref", how="left").with_columns(
        resolution=pl.when(is_self).then(pl.lit("self")).otherwise("resolution"),
        trust=pl.when(is_self).then(CONFIDENCE["self"]).otherwise("trust"),
        relation_source=pl.when(pl.col("relation").is_not_null()).then(
            pl.when(_IS_DECLARED).then(pl.lit("declared")).otherwise(pl.lit("text"))
        ),
    )
    return (
        _with_acceptance(resolved)
        .with_columns(confidence=pl.col("confidence") * pl.col("trust"))
        .select(
            "child_id", "parent_ref", "parent_id", "relation", "relation_source", "evidence", "rule", "resolution", "repairs",
            "confidence", "is_accepted", "excerpt", "n_mentions", "observed_at",
        )
        .sort("child_id", "parent_ref", "evidence", "relation", nulls_last=True)
    )  # fmt: skip


def name_placeholders(parent_claims: pl.DataFrame, lookups: pl.DataFrame) -> pl.DataFrame:
    """Add ``placeholder_kind``: what the hub said of a parent that is a placeholder; null where it was never asked.

    Args:
        parent_claims: as `resolve_claims` returns them.
        lookups: asked_id and placeholder_kind, one row an id that the hub was asked about.
    """
    told = lookups.select("placeholder_kind", folded=pl.col("asked_id").str.to_lowercase())
    is_placeholder = pl.col("resolution") == "placeholder"
    return (
        parent_claims.with_columns(folded=pl.when(is_placeholder).then(pl.col("parent_id").str.to_lowercase()))
        .join(told, on="folded", how="left", maintain_order="left")
        .drop("folded")
    )


_IS_DECLARED = pl.col("evidence").is_in(DECLARED)


def _with_acceptance(resolved: pl.DataFrame) -> pl.DataFrame:
    """Tell the claims that make edges.

    A declared claim does, unless it names its own model or none. What a card names supports a pair that is declared; alone it
    makes an edge if its source is sure, it names more than a bare unknown word, and either nothing is declared for the child
    or the parents were merged: a sentence about another model must not turn a declared line of descent into a merge.
    """
    is_other_model = ~pl.col("resolution").is_in(["self", "rejected"])
    is_declaration = resolved.select((_IS_DECLARED & is_other_model).alias("is_accepted")).to_series()
    told = resolved.select("child_id", "parent_id", "relation", "resolution", "confidence", "evidence").with_row_index("row")
    named = told.filter(~_IS_DECLARED).with_columns(is_other_model=is_other_model)
    if named.is_empty():
        return resolved.with_columns(is_declaration)
    declared = told.filter(is_declaration).select("child_id", "parent_id", is_pair_declared=pl.lit(True)).unique()
    children = declared.select("child_id", is_child_declared=pl.lit(True)).unique()
    is_unknown_word = (pl.col("resolution") == "placeholder") & ~pl.col("parent_id").str.contains("/", literal=True)
    is_alone = pl.col("is_child_declared").is_null() | (pl.col("relation") == "merge").fill_null(False)
    is_sure = (pl.col("confidence") >= ACCEPTED) & ~is_unknown_word & is_alone
    decided = (
        named.join(declared, on=["child_id", "parent_id"], how="left")
        .join(children, on="child_id", how="left")
        .select("row", is_accepted=pl.col("is_other_model") & (pl.col("is_pair_declared").fill_null(False) | is_sure))
    )
    return resolved.with_columns(is_declaration.scatter(decided["row"], decided["is_accepted"]))


def _read_references(refs: pl.DataFrame) -> pl.DataFrame:
    """Read each distinct reference once: parent_ref -> candidate (null if it can't be an id), repairs."""
    read = [read_reference(ref) for ref in refs["parent_ref"]]
    return refs.with_columns(
        candidate=pl.Series([reference.model_id for reference in read], dtype=pl.String),
        repairs=_repairs([reference.repairs for reference in read]),
    )


def _repairs(each: Sequence[tuple[str, ...]]) -> pl.Series:
    """Return the codes of each reference as a list: few sets of them occur, so each list is made once."""
    place = {codes: number for number, codes in enumerate(dict.fromkeys(each))}
    return pl.Series([list(codes) for codes in place], dtype=_TEXTS).gather([place[codes] for codes in each])


def _look_up(read: pl.DataFrame, models: pl.DataFrame, renames: pl.DataFrame, legacy: pl.DataFrame) -> pl.DataFrame:
    """Find each candidate among the known ids: parent_ref -> parent_id, resolution, repairs."""
    known = models.select("model_id", folded=pl.col("model_id").str.to_lowercase())
    moved = [_by_folded_id(table, name) for table, name in ((renames, "renamed_id"), (legacy, "alias_id"))]
    found = (
        read.with_columns(folded=pl.col("candidate").str.to_lowercase())
        .join(known, on="folded", how="left")
        .join(moved[0], on="folded", how="left")
        .join(moved[1].join(known.select(alias_id="model_id"), on="alias_id", how="semi"), on="folded", how="left")
    )
    return _decide(found.join(_placeholder_names(found), on="folded", how="left"))


def _by_folded_id(moves: pl.DataFrame, name: str) -> pl.DataFrame:
    columns = {name: pl.col("model_id"), f"{name}_written": pl.col("old_id")}
    return moves.select(folded=pl.col("old_id").str.to_lowercase(), **columns).unique(
        "folded", keep="first", maintain_order=True
    )


def _placeholder_names(found: pl.DataFrame) -> pl.DataFrame:
    """Give the spellings of one unknown id one name: the first in alphabetical order."""
    return found.drop_nulls("folded").group_by("folded").agg(placeholder=pl.col("candidate").min())


def _decide(found: pl.DataFrame) -> pl.DataFrame:
    is_reduced = pl.col("repairs").list.eval(pl.element().is_in(_REDUCTIONS)).list.any()
    is_trimmed = pl.col("repairs").list.eval(pl.element().is_in(_TRIMS)).list.any()
    outcome = (
        pl.when(pl.col("candidate").is_null())
        .then(_outcome(None, "rejected"))
        .when((pl.col("model_id") == pl.col("candidate")) & is_reduced)
        .then(_outcome("model_id", "url"))
        .when((pl.col("model_id") == pl.col("candidate")) & is_trimmed)
        .then(_outcome("model_id", "trimmed"))
        .when(pl.col("model_id") == pl.col("candidate"))
        .then(_outcome("model_id", "exact"))
        .when(pl.col("model_id").is_not_null())
        .then(_outcome("model_id", "case", "case_folded"))
        .when(pl.col("renamed_id").is_not_null())
        .then(_moved("renamed_id", "renamed", "rename_followed"))
        .when(pl.col("alias_id").is_not_null())
        .then(_moved("alias_id", "alias", "alias_resolved"))
        .otherwise(_outcome("placeholder", "placeholder", "unresolved_parent"))
    )
    return found.select("parent_ref", outcome.alias("outcome"), "repairs").select(
        "parent_ref",
        parent_id=pl.col("outcome").struct.field("parent_id"),
        resolution=pl.col("outcome").struct.field("resolution"),
        repairs=pl.col("repairs").list.concat(pl.col("outcome").struct.field("codes")),
    )


def _moved(parent: str, resolution: str, code: str) -> pl.Expr:
    """Return the outcome of a move, with the code for case where the old id was written in another one."""
    is_folded = pl.col("candidate") != pl.col(f"{parent}_written")
    return (
        pl.when(is_folded).then(_outcome(parent, resolution, "case_folded", code)).otherwise(_outcome(parent, resolution, code))
    )


def _outcome(parent: str | None, resolution: str, *codes: str) -> pl.Expr:
    parent_id = pl.lit(None, dtype=pl.String) if parent is None else pl.col(parent)
    return pl.struct(parent_id=parent_id, resolution=pl.lit(resolution), codes=pl.lit(list(codes), dtype=pl.List(pl.String)))


def resolve_uses(uses: pl.DataFrame, models: pl.DataFrame, renames: pl.DataFrame, legacy: pl.DataFrame) -> pl.DataFrame:
    """Return ``merge_recipes``: the uses of parents in merge configurations with the parent each comes down to.

    Args:
        uses: child_id, parent_ref, role, merge_method, weight, density, n_uses; one row a model, parent and role.
        models: see `resolve_claims`, like renames and legacy.
    """
    found = _look_up(_read_references(uses.select("parent_ref").unique()), models, renames, legacy)
    columns = ("child_id", "parent_ref", "parent_id", "role", "merge_method", "weight", "density", "n_uses")
    return uses.join(found, on="parent_ref", how="left").select(columns).sort("child_id", "parent_ref", "role")


def accept_edges(parent_claims: pl.DataFrame, models: pl.DataFrame) -> pl.DataFrame:
    """Return the accepted parent-child pairs, one row a pair, before cycles are cut.

    Where declarations disagree on the relation, the card metadata counts before the hub's baseModels, and these before tags;
    all are kept in ``relations``. What the card's words imply stands apart in ``text_relation``, of the surest claim.

    Args:
        parent_claims: as `resolve_claims` returns them.
        models: model_id and created_at of every known model.

    Returns:
        parent_id, child_id, relation, relations, text_relation, evidence_sources, n_claims, is_declared, is_parent_listed,
        is_repaired, is_time_inverted; sorted by parent_id, child_id.
    """
    claims = parent_claims.filter("is_accepted").select(*_PAIR, "relation", "evidence", "resolution", "confidence")
    evidence = claims["evidence"].unique().sort().to_list()
    is_exact, place = pl.col("resolution") == "exact", _place(_RELATIONS, "relation")
    declared, written = pl.when(_IS_DECLARED).then(place), pl.when(~_IS_DECLARED).then(place)
    # Least and greatest of small numbers alone: grouped sets, lists and texts cost many times more, and few pairs need them.
    pairs = claims.group_by(_PAIR).agg(
        declared=declared.min(),
        last_declared=declared.max(),
        written=written.min(),
        last_written=written.max(),
        **{f"by_{source}": (pl.col("evidence") == source).max() for source in evidence},
        n_claims=pl.len().cast(pl.Int64),
        is_declared=_IS_DECLARED.max(),
        is_exactly_declared=(is_exact & _IS_DECLARED).max(),
        is_exact=is_exact.max(),
    )
    names, lists = pl.Series(_RELATIONS, dtype=pl.String), pl.Series([[], *([name] for name in _RELATIONS)], dtype=_TEXTS)
    described = pairs.with_columns(
        relation=names.gather(pairs["declared"]),
        relations=lists.gather(pairs["declared"].fill_null(-1) + 1),
        text_relation=names.gather(pairs["written"]),
        evidence_sources=_sources(pairs, evidence),
        is_repaired=~pl.when("is_declared").then("is_exactly_declared").otherwise("is_exact"),
    ).update(_surest(claims, pairs), on=_PAIR)
    return _with_ages(described, models).select(_EDGE).sort(_PAIR)


_PAIR: Final = ("parent_id", "child_id")
_EDGE: Final = (
    *_PAIR, "relation", "relations", "text_relation", "evidence_sources", "n_claims", "is_declared", "is_repaired",
    "is_parent_listed", "is_time_inverted",
)  # fmt: skip


_RELATIONS: Final = ("adapter", "finetune", "merge", "quantized")
_TEXTS: Final = pl.List(pl.String)


def _place(words: Sequence[str], column: str) -> pl.Expr:
    """Return the place of a text among few words, null for any other."""
    return pl.coalesce(pl.when(pl.col(column) == word).then(pl.lit(place, pl.Int8)) for place, word in enumerate(words))


def _sources(pairs: pl.DataFrame, evidence: Sequence[str]) -> pl.Series:
    """Return the sources of each pair as a list: there are few sets of them, so each list is made once."""
    sets = [[source for place, source in enumerate(evidence) if bits >> place & 1] for bits in range(1 << len(evidence))]
    if not evidence:
        return pl.Series([], dtype=_TEXTS)
    bits = pl.sum_horizontal(*(pl.col(f"by_{source}") * (1 << place) for place, source in enumerate(evidence)))
    return pl.Series(sets, dtype=_TEXTS).gather(pairs.select(bits.cast(pl.UInt32)).to_series())


def _surest(claims: pl.DataFrame, pairs: pl.DataFrame) -> pl.DataFrame:
    """Return the pairs, few, that are given several relations: the one that counts, all declared ones, the words' surest."""
    has_several = (pl.col("declared") != pl.col("last_declared")) | (pl.col("written") != pl.col("last_written"))
    disputed = claims.join(pairs.filter(has_several.fill_null(False)), on=_PAIR, how="semi")
    rank = pl.col("evidence").replace_strict(DECLARED, range(len(DECLARED)), default=len(DECLARED), return_dtype=pl.Int8)
    declared = pl.col("relation").filter(_IS_DECLARED).drop_nulls()
    return (
        disputed.sort(rank, -pl.col("confidence"), "relation", nulls_last=True)
        .group_by(_PAIR, maintain_order=True)
        .agg(
            relation=declared.first(),
            relations=declared.unique().sort(),
            text_relation=pl.col("relation").filter(~_IS_DECLARED).drop_nulls().first(),
        )
    )


def _with_ages(pairs: pl.DataFrame, models: pl.DataFrame) -> pl.DataFrame:
    """Tell whether the parent is known, and whether the child is older than it."""
    parents = models.select(parent_id="model_id", parent_at="created_at", is_parent_listed=pl.lit(True))
    children = models.select(child_id="model_id", child_at="created_at")
    return (
        pairs.join(parents, on="parent_id", how="left")
        .join(children, on="child_id", how="left")
        .with_columns(
            is_parent_listed=pl.col("is_parent_listed").fill_null(False),
            is_time_inverted=(pl.col("child_at") < pl.col("parent_at")).fill_null(False),
        )
    )
