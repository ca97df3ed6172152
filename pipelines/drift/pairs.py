"""Pairs of parent and child for one trait: what both declare, how far apart it is, and which pairs count."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from pipelines.drift.linked import RELATIONS, Linked
from pipelines.drift.sets import Codes, Flags, Floats, TraitSets

_MERGE = RELATIONS.index("merge")


@dataclass(frozen=True)
class Pairs:
    """Edges that are compared, with the sets of both ends; all arrays share their index."""

    linked: Linked
    sets: TraitSets
    before: Codes
    """Set of the parent; 0 where it declares nothing."""
    after: Codes
    """Set of the child."""
    distance: Floats
    """Jaccard distance; 0 where an end declares nothing."""
    is_list_event: Flags
    """An end says other because the id it meant was not on the hub's list yet: the pair is no pair."""
    is_default: Flags
    """The child's value is what its tool writes into every card."""

    @property
    def is_declared(self) -> Flags:
        """Both ends declare the trait, and the pair is no list event."""
        return np.asarray((self.before > 0) & (self.after > 0) & ~self.is_list_event)

    @property
    def is_changed(self) -> Flags:
        """Both ends declare the trait, and differ."""
        return np.asarray(self.is_declared & (self.before != self.after))

    def only(self, chosen: Flags) -> Pairs:
        """Return some of the pairs."""
        arrays = {name: getattr(self, name)[chosen] for name in ("before", "after", "distance", "is_list_event", "is_default")}
        return replace(self, linked=self.linked.only(chosen), **arrays)


def compare(linked: Linked, sets: TraitSets, *, is_list_event: Flags | None = None, is_default: Flags | None = None) -> Pairs:
    """Compare the two ends of every edge."""
    before, after = sets.of_model[linked.parent], sets.of_model[linked.child]
    none = np.zeros(len(before), dtype=np.bool_)
    is_list_event = none if is_list_event is None else is_list_event
    distance = np.where((before > 0) & (after > 0) & ~is_list_event, sets.distance(before, after), 0.0)
    return Pairs(linked, sets, before, after, distance, is_list_event, none if is_default is None else is_default)


def nearest_merged(pairs: Pairs) -> Pairs:
    """Keep one pair of each merge: the child with the parent that it is most alike, for a value may come from any of them.

    A parent that declares the trait comes before one that does not; among equals the first id.
    """
    is_merge = pairs.linked.relation == _MERGE
    merged = np.flatnonzero(is_merge)
    child, parent = pairs.linked.child[merged], pairs.linked.parent[merged]
    is_mute = (pairs.before[merged] == 0) | pairs.is_list_event[merged]
    order = np.lexsort((parent, pairs.distance[merged], is_mute, child))
    first = np.ones(len(order), dtype=np.bool_)
    first[1:] = child[order][1:] != child[order][:-1]
    kept = ~is_merge
    kept[merged[order[first]]] = True
    return pairs.only(kept)
