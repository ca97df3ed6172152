"""Which pairs are compared: every motif in every scope of edges, drawn with fixed seeds."""

from __future__ import annotations

import zlib
from dataclasses import dataclass
from typing import Final, Literal

import numpy as np
import polars as pl

from pipelines.lineage.families import edges_of_scope
from pipelines.lineage.forest import Ints
from pipelines.lineage.similarity.motifs import MOTIFS, Kinship, draw

EdgeScope = Literal["finetune", "no_merges", "merges", "all"]
EDGE_SCOPES: Final[tuple[EdgeScope, ...]] = ("finetune", "no_merges", "merges", "all")

DRAWS: Final = {
    "edge_scope": pl.String(),
    "motif": pl.String(),
    "family": pl.Int64(),
    "first_id": pl.String(),
    "second_id": pl.String(),
}
"""One row a drawn pair; ``family`` numbers the weak components of the scope, that of the first model counts."""


@dataclass(frozen=True)
class Design:
    """How much is drawn; the seed paper draws 500 to 5,000 pairs a motif and 10,000 bootstraps."""

    n_pairs: int = 5_000
    n_bootstraps: int = 10_000
    seed: int = 20_250_712

    @staticmethod
    def for_hub(n_models: int) -> Design:
        """Return the design of a build: half as many pairs a motif as the hub has models, but 500 to 5,000."""
        return Design(n_pairs=min(max(n_models // 2, 500), 5_000))

    def stream(self, *names: str) -> np.random.Generator:
        """Return the random numbers of one use, which those of another do not shift."""
        return np.random.Generator(np.random.PCG64([self.seed, zlib.crc32("/".join(names).encode())]))


def draw_pairs(edges: pl.DataFrame, design: Design, *, among: pl.Series | None = None) -> pl.DataFrame:
    """Draw pairs of every motif in every scope; placeholders and cut edges are left out.

    Args:
        edges: the table ``edges``.
        design: how many pairs, and the seed.
        among: ids of the models that may take part; all, if None.

    Returns:
        `DRAWS`, in the order of scopes and motifs.
    """
    ids = pl.concat([edges["parent_id"], edges["child_id"]]).unique().sort()
    may_count = edges["is_parent_listed"] & ~edges["is_cut"]
    if among is not None:
        may_count &= edges["parent_id"].is_in(among.implode()) & edges["child_id"].is_in(among.implode())
    parts = [_of_scope(scope, edges.filter(may_count & _inside(edges, scope)), ids, design) for scope in EDGE_SCOPES]
    return pl.concat(parts)


def _inside(edges: pl.DataFrame, scope: EdgeScope) -> pl.Series:
    """Return which edges a scope holds; ``merges`` is what ``all`` holds beside ``no_merges``."""
    if scope == "finetune":
        return (edges["relation"] == "finetune").fill_null(value=False)
    if scope == "merges":
        return edges_of_scope(edges, "all") & ~edges_of_scope(edges, "no_merges")
    return edges_of_scope(edges, scope)


def _of_scope(scope: EdgeScope, edges: pl.DataFrame, ids: pl.Series, design: Design) -> pl.DataFrame:
    ends = (ids.search_sorted(edges[end]).cast(pl.Int64).to_numpy() for end in ("parent_id", "child_id"))
    parents, children = ends
    linked, places = np.unique(np.concatenate([parents, children]), return_inverse=True)
    kin = Kinship.of(len(linked), places[: len(parents)], places[len(parents) :])
    parts = [pl.DataFrame(schema=DRAWS)]
    for motif, number in MOTIFS.items():
        first, second = draw(number(kin), design.n_pairs, design.stream(scope, motif))
        parts.append(_frame(scope, motif, kin.family[first], ids.gather(linked[first]), ids.gather(linked[second])))
    return pl.concat(parts)


def _frame(scope: str, motif: str, family: Ints, first: pl.Series, second: pl.Series) -> pl.DataFrame:
    pairs = pl.DataFrame({"family": family, "first_id": first, "second_id": second})
    return pairs.with_columns(edge_scope=pl.lit(scope), motif=pl.lit(motif)).select(*DRAWS)
