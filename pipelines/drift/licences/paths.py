"""The models that a duty came through, from its source to the model judged."""

from __future__ import annotations

from typing import Final

import numpy as np
import polars as pl

from pipelines.drift.licences.propagation import Carried, Ints

LONGEST: Final = 64
"""Most models told of a path: of a longer one the source and the last ones, so that the answer stays linear in the edges."""


def paths(carried: Carried, entries: Ints, ends: Ints, ids: pl.Series) -> pl.Series:
    """Write each path as a list of model ids, the source first.

    Args:
        carried: what nodes hand on.
        entries: the parent's entry of each path.
        ends: the node at the lower end of each path, the model judged.
        ids: the id of each node.
    """
    row, entry = np.arange(len(entries)), entries
    rows, nodes = [row], [ends]
    for step in range(1, LONGEST):
        if not len(row):
            break
        is_last_told = step == LONGEST - 1
        rows.append(row)
        nodes.append(carried.origin[entry] if is_last_told else carried.node[entry])
        entry = carried.via[entry]
        row, entry = row[entry >= 0], entry[entry >= 0]
    flat, step_of = np.concatenate(rows), np.repeat(np.arange(len(rows)), [len(part) for part in rows])
    order = np.lexsort((-step_of, flat))
    told = pl.DataFrame({"row": flat[order], "model_id": ids.gather(np.concatenate(nodes)[order])})
    return told.group_by("row", maintain_order=True).agg("model_id")["model_id"]
