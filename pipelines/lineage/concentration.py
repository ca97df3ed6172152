"""How few families hold how many models: ``tree_concentration``."""

from __future__ import annotations

from typing import Final

import numpy as np
import polars as pl

from pipelines.lineage.families import SCOPES
from pipelines.lineage.forest import Ints

_HEADS: Final = (1, 5, 10, 50)


def tree_concentration(families: pl.DataFrame, n_models: int) -> pl.DataFrame:
    """Return one row a family_scope and denominator, as in the contract; sorted by them.

    The size of a family is its number of models, placeholders left out. With ``linked_models`` shares are of the models in
    families; with ``all_models`` of all ``n_models``, where each model outside is a tree of one, so the Gini
    coefficient and the index run over many more trees. Without any tree everything but the counts is null.

    Args:
        families: as `families.describe_lineage` returns them.
        n_models: number of known models.
    """
    rows = []
    for scope in SCOPES:
        linked = families.filter(pl.col("family_scope") == scope)["n_models"].to_numpy().astype(np.int64)
        singles = np.ones(n_models - int(linked.sum()), dtype=np.int64)
        for denominator, sizes in (("linked_models", linked), ("all_models", np.concatenate([linked, singles]))):
            rows.append({"family_scope": scope, "denominator": denominator, **_measures(sizes)})
    return pl.DataFrame(rows, infer_schema_length=None, schema_overrides=_SCHEMA).sort("family_scope", "denominator")


_SCHEMA: Final = {"n_families": pl.Int64(), "n_models": pl.Int64()} | dict.fromkeys(
    (*(f"top_{head}_share" for head in _HEADS), "gini", "hhi"), pl.Float64()
)


def _measures(sizes: Ints) -> dict[str, float | int | None]:
    ordered = np.sort(sizes)[::-1]
    n, total = len(ordered), int(ordered.sum())
    counts: dict[str, float | int | None] = {"n_families": n, "n_models": total}
    if total == 0:
        return counts | dict.fromkeys((*(f"top_{head}_share" for head in _HEADS), "gini", "hhi"))
    shares = {f"top_{head}_share": int(ordered[:head].sum()) / total for head in _HEADS}
    return counts | shares | {"gini": _gini(ordered), "hhi": float(np.square(ordered / total).sum())}


def _gini(descending: Ints) -> float:
    """Half the mean difference between all pairs of families, themselves included, over their mean size."""
    n = len(descending)
    weights = n + 1 - 2 * np.arange(1, n + 1)
    return int((weights * descending).sum()) / (n * int(descending.sum()))
