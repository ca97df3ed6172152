"""Who descends from whom: families grown in time, as integer arrays in creation order."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
from scipy.special import ndtr, ndtri

from pipelines.local_hub.planted.parameters import (
    ADAPTER,
    BASE,
    DAY,
    END_AT,
    FINETUNE,
    MERGE,
    QUANTIZED,
    SINGLE,
    START_AT,
    HubShape,
    stream,
)

Ints = np.ndarray
_MIN_ROOTS = 8
_FERTILE_SHARE = 0.02
"""Share of adapters and quantizations that have children of their own; the others pass them on to their parent."""
_TRIES = 3
"""Candidates drawn for each further parent of a merge; some are its parent already, or younger than the merge."""
_LEAD = 30 * DAY
"""An inverted child is at most this much older than its parent."""
_NEWEST_ROOT = END_AT - 180 * DAY
"""Roots are at least this old, so that their children's growth can be seen."""


@dataclass(frozen=True)
class Growth:
    """The growth law of each root: arrays of one entry a root."""

    root: Ints
    fitness: Ints
    immediacy: Ints
    longevity: Ints


@dataclass(frozen=True)
class Structure:
    """Models 0 … n-1 in the order of their creation."""

    kind: Ints
    """Code of `parameters.KINDS`."""
    created: Ints
    """Unix seconds."""
    parent: Ints
    """Primary parent, -1 for none."""
    child_of_edge: Ints
    parent_of_edge: Ints
    position_of_edge: Ints
    """Edges sorted by (child, position); position 0 is the primary parent."""
    root: Ints
    """Root along the primary parents; a model without parents is its own."""
    depth: Ints
    growth: Growth


@dataclass(frozen=True)
class _Block:
    """Members of all families, family by family, the root first and the others in order of time."""

    start: Ints
    place: Ints
    kind: Ints
    created: Ints
    parent: Ints

    @property
    def fertile(self) -> Ints:
        return np.isin(self.kind, (BASE, FINETUNE, MERGE))


def grow(n_models: int, seed: int, shape: HubShape) -> Structure:
    """Return the structure of ``n_models`` models; the same seed and shape give the same arrays."""
    rng = stream(seed, "families")
    n_linked = round(n_models * shape.linked_share)
    n_roots = min(max(_MIN_ROOTS, round(n_models * shape.root_share)), n_linked)
    sizes = _sizes(n_roots, n_linked - n_roots, shape, rng)
    root_created = rng.integers(START_AT + 2, _NEWEST_ROOT, n_roots)
    root_created = np.where(rng.random(n_roots) < shape.floor_share, START_AT + rng.integers(0, 2, n_roots), root_created)
    laws = _laws(n_roots, shape, rng)
    block = _attach(_members(sizes, root_created, laws, shape, rng), shape, rng)
    extra = _merge_parents(block, shape, rng)
    created = _invert_some(block, shape, rng)
    growth = Growth(_starts(sizes), *laws)
    return _in_creation_order(_with_singles(block, created, n_models, rng), extra, growth)


def _starts(sizes: Ints) -> Ints:
    """Return the place of each root, given how many members follow it."""
    return np.asarray(np.cumsum(sizes + 1) - (sizes + 1))


def _sizes(n_roots: int, n_members: int, shape: HubShape, rng: np.random.Generator) -> Ints:
    if n_roots == 0:
        return np.zeros(0, dtype=np.int64)
    weights = np.arange(1, n_roots + 1, dtype=float) ** -shape.family_exponent
    return np.asarray(rng.multinomial(n_members, weights / weights.sum()))


def _laws(n_roots: int, shape: HubShape, rng: np.random.Generator) -> tuple[Ints, Ints, Ints]:
    fitness = rng.uniform(*shape.fitness, n_roots)
    immediacy = rng.normal(*shape.immediacy, n_roots)
    return fitness, immediacy, rng.uniform(*shape.longevity, n_roots)


def _members(
    sizes: Ints, root_created: Ints, laws: tuple[Ints, Ints, Ints], shape: HubShape, rng: np.random.Generator
) -> _Block:
    """Place members after their root; their times follow the root's growth law, cut at the hub's today."""
    family = np.repeat(np.arange(len(sizes)), sizes + 1)
    start = np.repeat(_starts(sizes), sizes + 1)
    place = np.arange(len(family)) - start
    fitness, immediacy, longevity = (law[family] for law in laws)
    days = _growth_days(fitness, immediacy, longevity, (END_AT - root_created[family]) / DAY, rng)
    born = np.minimum(root_created[family] + 1 + (days * DAY).astype(np.int64), END_AT - 1)
    created = np.where(place == 0, root_created[family], born)
    created = created[np.lexsort((created, place > 0, family))]
    kind = FINETUNE + rng.choice(4, size=len(family), p=np.array(shape.relation_mix) / sum(shape.relation_mix))
    kind = np.where(place == 0, BASE, kind)
    return _Block(start, place, kind, created, np.full(len(family), -1))


def _growth_days(fitness: Ints, immediacy: Ints, longevity: Ints, horizon: Ints, rng: np.random.Generator) -> Ints:
    """Draw ages in days from c(t) ∝ exp(λ Φ((ln t - μ)/σ)) - 1, restricted to the horizon: its inverse at a uniform draw."""
    reached = np.expm1(fitness * ndtr((np.log(horizon) - immediacy) / longevity))
    drawn = rng.random(len(fitness)) * reached
    return np.asarray(np.exp(immediacy + longevity * ndtri(np.log1p(drawn) / fitness)))


def _attach(block: _Block, shape: HubShape, rng: np.random.Generator) -> _Block:
    """Choose each member's primary parent among the earlier members of its family."""
    n = len(block.kind)
    earlier = block.start + (rng.random(n) * block.place).astype(np.int64)
    copies = rng.random(n) < shape.copying_share
    is_direct = rng.random(n) < shape.direct_share
    target = np.where(is_direct, block.start, earlier)
    fertile = block.fertile | (rng.random(n) < _FERTILE_SHARE)
    parent = _climb(target, copies & ~is_direct, fertile, block.start)
    return _Block(block.start, block.place, block.kind, block.created, np.where(block.place == 0, -1, parent))


def _climb(target: Ints, copies: Ints, fertile: Ints, start: Ints) -> Ints:
    """Follow targets upward: a copier takes the parent of its target, and an infertile target hands on to its own parent.

    All members climb at once, one step a round; a root ends every climb.
    """
    at = target.copy()
    climbing = np.flatnonzero((copies | ~fertile[at]) & (at != start))
    while len(climbing):
        here = at[climbing]
        above = target[here]
        at[climbing] = above
        goes_on = (copies[here] | ~fertile[above]) & (above != start[above])
        climbing = climbing[goes_on]
    return at


def _merge_parents(block: _Block, shape: HubShape, rng: np.random.Generator) -> tuple[Ints, Ints]:
    """Return further parents (child, parent) of merges; a merge left with one parent becomes a finetune in place."""
    merges = np.flatnonzero(block.kind == MERGE)
    wanted = 1 + rng.choice(4, size=len(merges), p=np.array(shape.merge_parents) / sum(shape.merge_parents))
    child = np.repeat(merges, wanted * _TRIES)
    own = block.start[child] + (rng.random(len(child)) * block.place[child]).astype(np.int64)
    foreign = rng.integers(0, max(len(block.kind), 1), len(child))
    pick = np.where(rng.random(len(child)) < shape.foreign_share, foreign, own)
    pick = np.where(block.fertile[pick], pick, block.parent[pick])
    keep = (pick != block.parent[child]) & (pick != child) & (block.created[pick] < block.created[child])
    child, pick = np.unique(np.stack((child[keep], pick[keep])), axis=1)
    shuffled = np.lexsort((rng.random(len(child)), child))
    child, pick = child[shuffled], pick[shuffled]
    turn = np.arange(len(child)) - np.searchsorted(child, child, side="left")
    chosen = turn < wanted[np.searchsorted(merges, child)]
    block.kind[np.setdiff1d(merges, child)] = FINETUNE
    return child[chosen], pick[chosen]


def _invert_some(block: _Block, shape: HubShape, rng: np.random.Generator) -> Ints:
    """Give a few leaves a creation time before their parent's: re-uploads and moved repositories look like that."""
    has_children = np.zeros(len(block.kind), dtype=bool)
    has_children[block.parent[block.parent >= 0]] = True
    is_late = block.created[block.parent] > START_AT + _LEAD
    candidates = np.flatnonzero(~has_children & is_late & np.isin(block.kind, (FINETUNE, ADAPTER, QUANTIZED)))
    wanted = max(2, round(shape.inversion_share * len(block.kind))) if shape.inversion_share else 0
    n = min(len(candidates), wanted)
    chosen = rng.choice(candidates, n, replace=False)
    created = block.created.copy()
    created[chosen] = created[block.parent[chosen]] - rng.integers(1, _LEAD, n)
    return created


def _with_singles(block: _Block, created: Ints, n_models: int, rng: np.random.Generator) -> tuple[Ints, Ints, Ints]:
    """Return kind, creation time and primary parent of all models, those outside families at the end."""
    n_singles = n_models - len(block.kind)
    ages = (END_AT - START_AT - 2) * rng.random(n_singles) ** 2
    kind = np.concatenate((block.kind, np.full(n_singles, SINGLE)))
    parent = np.concatenate((block.parent, np.full(n_singles, -1)))
    return kind, np.concatenate((created, END_AT - 1 - ages.astype(np.int64))), parent


def _in_creation_order(models: tuple[Ints, Ints, Ints], extra: tuple[Ints, Ints], growth: Growth) -> Structure:
    kind, created, parent = models
    order = np.argsort(created, kind="stable")
    rank = np.empty(len(order), dtype=np.int64)
    rank[order] = np.arange(len(order))
    primary = np.where(parent[order] >= 0, rank[parent[order]], -1)
    edges = _edges(primary, rank[extra[0]], rank[extra[1]])
    root, depth = _roots(primary)
    return Structure(kind[order], created[order], primary, *edges, root, depth, replace(growth, root=rank[growth.root]))


def _edges(primary: Ints, extra_child: Ints, extra_parent: Ints) -> tuple[Ints, Ints, Ints]:
    """Return children, parents and positions, sorted by child and position."""
    linked = np.flatnonzero(primary >= 0)
    child = np.concatenate((linked, extra_child))
    parent = np.concatenate((primary[linked], extra_parent))
    is_extra = np.arange(len(child)) >= len(linked)
    order = np.lexsort((parent, is_extra, child))
    child, parent = child[order], parent[order]
    first = np.searchsorted(child, child, side="left")
    return child, parent, np.arange(len(child)) - first


def _roots(primary: Ints) -> tuple[Ints, Ints]:
    """Return root and depth along the primary parents, all models climbing one step a round."""
    root = np.arange(len(primary))
    depth = np.zeros(len(primary), dtype=np.int64)
    climbing = np.flatnonzero(primary >= 0)
    while len(climbing):
        root[climbing] = primary[root[climbing]]
        depth[climbing] += 1
        climbing = climbing[primary[root[climbing]] >= 0]
    return root, depth
