"""Lineage in rounds of plain SQL (``sql/rounds/``): connected components by edge contraction, and descent by pointer jumping.

For graphs that fit no memory, and as an independent check of the arrays in `pipelines.lineage`. Every round is a few files
run by any `warehouse.named_sql.NamedSql`, each written as Parquet before the next begins, so a worker that dies takes one
result with it.

Components: each vertex points to its smallest neighbour, pointers are jumped until they stand still, edges are replaced by
edges between the vertices they end at, and so on until none is left: the deterministic cousin of Bögeholz, Brand, Todor,
In-database connected component analysis (ICDE 2020). A vertex with a smaller neighbour vanishes, so at most half are left
after each round.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path

import polars as pl

from warehouse.named_sql import NamedSql


@dataclass
class Rounds:
    """Runs of ``sql/rounds/`` on one engine; what they write lies below ``folder``, which the engine's workers all see."""

    engine: NamedSql
    folder: Path
    n_runs: int = field(default=0, init=False)

    def components(self, vertices: Path, links: Path) -> tuple[Path, int]:
        """Return where the component of each vertex lies (vertex, component: its smallest vertex), and the number of rounds.

        Args:
            vertices: a Parquet table of ``vertex``, each once.
            links: a Parquet table of ``tail`` and ``tip``, both among the vertices; repeated, reversed and to itself is fine.
        """
        self.engine.see_parquet("vertices", vertices)
        self.engine.see_parquet("links", links)
        self._make("rooted")
        linked, n_rounds = self._make("linked"), 0
        while _height(linked):
            self._until_still("pointed", "jumped")
            self._make("composed", seen_as="rooted")
            linked, n_rounds = self._make("contracted", seen_as="linked"), n_rounds + 1
        return self._make("components"), n_rounds

    def descent(self, vertices: Path, descents: Path) -> Path:
        """Return where the descent of each vertex lies: vertex, depth (longest way from a root), generation (shortest).

        Args:
            vertices: a Parquet table of ``vertex``, each once.
            descents: a Parquet table of ``parent`` and ``child`` without cycles; repeated is fine.
        """
        self.engine.see_parquet("vertices", vertices)
        self.engine.see_parquet("descents", descents)
        self._until_still("hung", "climbed")
        self._make("joined")
        reached = self._make("begun", seen_as="reached_before")
        while _is_moving(reached):
            reached = self._make("reached", seen_as="reached_before")
        self.engine.see_parquet("reached", reached)
        return self._make("descended")

    def _until_still(self, first: str, again: str) -> None:
        made = self._make(first)
        while _is_moving(made):
            made = self._make(again, seen_as=first)

    def _make(self, name: str, *, seen_as: str | None = None) -> Path:
        """Run one file and let its result take the name of what it follows."""
        self.n_runs += 1
        path = self.engine.write("rounds", name, self.folder / f"{self.n_runs:05d}-{name}.parquet")
        self.engine.see_parquet(seen_as or name, path)
        return path


def read(path: Path) -> pl.DataFrame:
    """Return what a run wrote, one file or a folder of them, in the order of its rows."""
    return _scan(path).collect()


def _scan(path: Path) -> pl.LazyFrame:
    return pl.scan_parquet(sorted(path.glob("*.parquet")) if path.is_dir() else path)


def _height(path: Path) -> int:
    height: int = _scan(path).select(pl.len()).collect().item()
    return height


def _is_moving(path: Path) -> bool:
    return bool(_scan(path).select(pl.col("is_moved").any()).collect().item())
