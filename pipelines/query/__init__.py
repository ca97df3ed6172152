"""The hardened read-only connection, its limits, descriptions and the cookbook; and family trees for Python."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import networkx as nx


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
