"""Edges as arrays: who descends from whom by which relation, and in which family."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Final

import numpy as np
import polars as pl

from pipelines.drift.sets import Codes, Flags

RELATIONS: Final = ("finetune", "adapter", "quantized", "merge")
SCOPES: Final[dict[str, tuple[str, ...]]] = {
    **{relation: (relation,) for relation in RELATIONS},
    "no_merges": ("finetune", "adapter", "quantized"),
    "all": RELATIONS,
}
"""Scopes of relations, and the relations in them."""


@dataclass(frozen=True)
class Linked:
    """Edges between listed models; models and families are numbered in the order of their ids."""

    model_ids: pl.Series
    family_ids: pl.Series
    parent: Codes
    child: Codes
    relation: Codes
    """Index into RELATIONS."""
    family: Codes
    """The parent's family, of each edge."""

    @property
    def n_models(self) -> int:
        """How many models are numbered: those that have an edge, before some edges are left out."""
        return len(self.model_ids)

    @property
    def n_families(self) -> int:
        """How many families there are."""
        return len(self.family_ids)

    def only(self, chosen: Flags) -> Linked:
        """Return the same models with some of the edges."""
        arrays = (self.parent[chosen], self.child[chosen], self.relation[chosen], self.family[chosen])
        return Linked(self.model_ids, self.family_ids, *arrays)

    def with_own_families(self) -> Linked:
        """Return the same edges, with families numbered among those that have one."""
        families, family = np.unique(self.family, return_inverse=True)
        return replace(self, family_ids=self.family_ids.gather(families), family=family.astype(np.int64))


def link(edges: pl.DataFrame) -> Linked:
    """Number models and families.

    Args:
        edges: parent_id, child_id, relation, family_id (null where the parent is in none: it is then a family of its own).
    """
    ordered = edges.with_columns(family_id=pl.coalesce("family_id", "parent_id")).sort("parent_id", "child_id")
    models = pl.concat([ordered["parent_id"], ordered["child_id"]]).unique().sort()
    families = ordered["family_id"].unique().sort()
    return Linked(
        models,
        families,
        _numbered(ordered["parent_id"], models),
        _numbered(ordered["child_id"], models),
        _numbered(ordered["relation"], pl.Series(RELATIONS)),
        _numbered(ordered["family_id"], families),
    )


def in_scope(relation: Codes, scope: str) -> Flags:
    """Tell which edges a scope holds."""
    return np.isin(relation, [RELATIONS.index(name) for name in SCOPES[scope]])


def _numbered(names: pl.Series, known: pl.Series) -> Codes:
    places = pl.DataFrame({"name": known, "place": np.arange(len(known))})
    found = names.alias("name").to_frame().join(places, on="name", how="left", maintain_order="left")["place"]
    return found.to_numpy().astype(np.int64)
