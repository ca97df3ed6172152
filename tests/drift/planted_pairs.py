"""Small hubs of pairs for the tests of drift: edges, families and declared values, drawn at known rates."""

from __future__ import annotations

import numpy as np
import polars as pl

from pipelines.drift.linked import Linked, link
from pipelines.drift.pairs import Pairs, compare
from pipelines.drift.sets import trait_sets


def linked(edges: list[tuple[str, str, str]], family: dict[str, str] | None = None) -> Linked:
    """Edges of (parent, child, relation); families by parent, each parent its own unless told."""
    frame = pl.DataFrame(edges, schema=["parent_id", "child_id", "relation"], orient="row")
    families = [(family or {}).get(parent, parent) for parent in frame["parent_id"]]
    return link(frame.with_columns(family_id=pl.Series(families, dtype=pl.String)))


def pairs(edges: list[tuple[str, str, str]], declared: dict[str, set[str]], family: dict[str, str] | None = None) -> Pairs:
    """The pairs of one trait."""
    found = linked(edges, family)
    place = {model: at for at, model in enumerate(found.model_ids)}
    rows = [(place[model], value) for model, values in declared.items() if model in place for value in sorted(values)]
    frame = pl.DataFrame(rows, schema={"model": pl.Int64, "trait_value": pl.String}, orient="row")
    return compare(found, trait_sets(frame, found.n_models))


def planted(
    rng: np.random.Generator, *, n_families: int, rate: float, values: int = 8, direction: float = 0.5, largest: int = 60
) -> Pairs:
    """Stars of one parent: a child changes at `rate`; a change goes up by one with odds `direction`, else down, in a ring.

    Family sizes are skewed, as on a hub.
    """
    sizes = np.minimum(rng.zipf(1.6, n_families), largest)
    edges, declared = [], {}
    for family, size in enumerate(sizes):
        parent = f"o/p{family:04d}"
        own = int(rng.integers(values))
        declared[parent] = {f"v{own}"}
        for child in range(size):
            step = (1 if rng.random() < direction else -1) if rng.random() < rate else 0
            name = f"o/c{family:04d}x{child:03d}"
            edges.append((parent, name, "finetune"))
            declared[name] = {f"v{(own + step) % values}"}
    return pairs(edges, declared)


def no_one(n_models: int) -> pl.DataFrame:
    """Return models of whom neither author nor tool is known."""
    nobody = pl.Series(np.full(n_models, None), dtype=pl.String)
    return pl.DataFrame({"author": nobody, "tool": nobody})
