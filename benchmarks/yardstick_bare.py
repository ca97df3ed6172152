"""The lower limit: load, claims, components and licence mutation of a listing, in bare DuckDB and SciPy, and nothing else.

No landing zone, no repair, no tables, no comments, no checks: what is left when everything is left out.
"""

from __future__ import annotations

import sys
from pathlib import Path

import duckdb
import numpy as np
from scipy.sparse import coo_array
from scipy.sparse.csgraph import connected_components

from benchmarks.stopwatch import Stopwatch

LOAD = "create table models as select row_number() over () - 1 as node, id, tags from read_parquet($path)"

CLAIMS = """
create table edges as
with claims as (
    select node, unnest(list_filter(tags, lambda t: starts_with(t, 'base_model:')))[12:] as parent_id from models
)
select distinct p.node as parent, c.node as child from claims c join models p on p.id = c.parent_id where p.node <> c.node
"""

LICENCE_MUTATION = """
with licences as (
    select node, list_filter(tags, lambda t: starts_with(t, 'license:')) as ids
    from models
    where node in (select parent from edges union select child from edges)
)
select avg(1 - len(list_intersect(p.ids, c.ids)) / len(list_distinct(p.ids || c.ids)))
from edges e join licences p on p.node = e.parent join licences c on c.node = e.child
where len(p.ids) > 0 and len(c.ids) > 0
"""


def main(path: Path) -> None:
    """Run the sketch and tell its numbers."""
    watch, connection = Stopwatch(), duckdb.connect()
    with watch.stage("load"):
        connection.execute(LOAD, {"path": str(path)})
        (n_models,) = connection.execute("select count(*) from models").fetchall()[0]
    with watch.stage("claims"):
        connection.execute(CLAIMS)
    with watch.stage("components"):
        edges = connection.execute("from edges").fetchnumpy()
        weights = np.ones(len(edges["parent"]), dtype=np.int8)
        matrix = coo_array((weights, (edges["parent"], edges["child"])), shape=(n_models, n_models))
        sizes = np.bincount(connected_components(matrix, connection="weak")[1])
    with watch.stage("licence mutation"):
        (mutation,) = connection.execute(LICENCE_MUTATION).fetchall()[0]
    told = {"edges": len(weights), "families": int((sizes > 1).sum()), "licence_mutation": mutation}
    watch.tell({"models": n_models, **told, "models_in_families": int(sizes[sizes > 1].sum())})


if __name__ == "__main__":
    main(Path(sys.argv[1]))
