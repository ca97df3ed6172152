"""Losses of a file or a release for a fit that lands nothing."""

from __future__ import annotations

from pathlib import Path

import polars as pl

from pipelines.bulk.observations.choosing import choose
from pipelines.bulk.observations.wish import Wish
from pipelines.bulk.tally import Tally
from pipelines.scaling.screening import broken_columns, screen
from warehouse.errors import UsageError


def read_losses(wish: Wish, *, mirror: Path, cache: Path, offline: bool) -> tuple[pl.DataFrame, dict[str, int]]:
    """Return a source's losses that can be true, and how many were set aside by reason.

    Raises:
        UsageError: the source holds no losses, or none that can be true; see `choose` for the others.
    """
    chosen = choose(wish, mirror=mirror, cache=cache, offline=offline)
    files = [chosen.path] if chosen.path.is_file() else sorted(file for file in chosen.path.rglob("*") if file.is_file())
    wanted = [file for file in files if chosen.form.wants(file)]
    tables = list(chosen.form.tables(chosen.path, wanted, Tally()))
    if not tables:
        raise UsageError(f"{wish.source} holds no losses", hint="check --format or --map")
    rows = pl.concat(tables)
    screened = screen(rows, broken_columns(rows))
    aside = screened.drop_nulls("reason").group_by("reason").len().sort("reason")
    kept = screened.filter(pl.col("reason").is_null()).drop("reason", "field")
    if kept.is_empty():
        first = aside["reason"][0] if aside.height else "it has no rows"
        raise UsageError(
            f"no loss of {wish.source} can be true: {first}", hint="hubtree import … says what is set aside and why"
        )
    return kept, {str(reason): int(n) for reason, n in aside.iter_rows()}
