"""The hardened read-only connection, its limits, descriptions and the cookbook; `open_hub` and `family_tree` for Python."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import networkx as nx

    from pipelines.query.hub import Hub


def open_hub(database: Path | str | None = None, *, as_of: date | None = None) -> Hub:
    """Open a published file for Python: tables as Polars frames, SQL, the cookbook, families as graphs.

    Args:
        database: the published file, or the link to it; the one of ``HUBTREE_HOME`` unless told.
        as_of: a day for which `hubtree build --as-of` made a file in ``HUBTREE_HOME``.

    Raises:
        NotFound: nothing is published there, or not of that day.
        UsageError: a file and a day are both named.

    >>> from pipelines.query import open_hub
    >>> hub = open_hub("hubtree-data/published/hub.duckdb")  # doctest: +SKIP
    >>> hub.table("models", ["model_id", "license_id"])  # doctest: +SKIP
    """
    from pipelines.query.hub import Hub
    from pipelines.settings import Settings
    from warehouse.errors import UsageError
    from warehouse.reading import find_database, resolve_published

    if database is None:
        return Hub(find_database(Settings.from_environment().layout, as_of=as_of).resolve())
    if as_of is not None:
        raise UsageError("a file and a day exclude each other", hint="the day's file lies in HUBTREE_HOME: leave the path out")
    return Hub(resolve_published(Path(database)))


def family_tree(database: Path | str, model_id: str, *, depth: int | None = None) -> nx.DiGraph:
    """Return a model's ancestors and descendants in a published file as a graph; see `pipelines.lineage.family_tree`.

    Args:
        database: the published file, or the link to it.
        model_id: any case; a placeholder (a parent that no listing holds) may be asked for too.
        depth: 1 for parents and children alone; None for all.

    Raises:
        NotFound: nothing is published, or there is no such model; the hint names models of a similar name.
        UsageError: ``depth`` is negative.
    """
    # Not at the top: the process that runs a query imports this package, and its start is part of every query's time.
    from pipelines.lineage import family_tree as drawn
    from pipelines.query.family import read_family

    family = read_family(Path(database), model_id, depth=depth)
    return drawn(family.model_id, models=family.models, edges=family.edges, depth=depth)
