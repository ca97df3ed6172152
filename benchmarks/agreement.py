"""Whether the notebook and the published file say the same: ``python -m benchmarks.agreement DATABASE NUMBERS OUTPUT``.

Key numbers are compared one by one, the tables of families and places row by row. A ratio of two ways means nothing
unless this holds, so the benchmark ends where it does not.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any

import duckdb

from benchmarks.stopwatch import Stopwatch

DECLARED = "from edges e where e.is_parent_listed and not e.is_repaired"
ENDS = "from (from edges e select * where e.is_parent_listed and not e.is_repaired) e \
join models p on p.model_id = e.parent_id join models c on c.model_id = e.child_id"
CHANGED = "avg(1 - len(list_intersect({0}, {1})) / len(list_distinct({0} || {1})))"

NUMBERS = {
    "models": "select count(*) from models",
    "claims": "select count(*) from parent_claims where evidence = 'tag'",
    "models_with_parent": "select count(distinct child_id) from parent_claims",
    "self_claims": "select count(*) from parent_claims where child_id = parent_ref",
    "dangling_claims": "select count(*) from parent_claims where parent_ref not in (select model_id from models)",
    "edges": f"select count(*) {DECLARED}",
    "families": "select count(*) from families where family_scope = 'as_declared'",
    "models_in_families": "select sum(n_models)::bigint from families where family_scope = 'as_declared'",
    "longest_chain": "select max(depth) from families where family_scope = 'as_declared'",
    "pairs": "select count(*) from edges",
    "listed_pairs": "select count(*) from edges where is_parent_listed",
    "inverted_pairs": "select count(*) from edges where is_time_inverted",
    "inverted_declared_pairs": f"select count(*) {DECLARED} and e.is_time_inverted",
    "cut_pairs": "select count(*) from edges where is_cut",
    "models_with_licence": "select count(*) from models where len(license_ids) > 0",
    "licence_pairs": f"select count(*) {ENDS} where len(p.license_ids) > 0 and len(c.license_ids) > 0",
    "licence_mutation": f"select {CHANGED.format('p.license_ids', 'c.license_ids')} {ENDS} \
where len(p.license_ids) > 0 and len(c.license_ids) > 0",
    "task_pairs": f"select count(*) {ENDS} where p.pipeline_tag is not null and c.pipeline_tag is not null",
    "task_mutation": f"select avg((p.pipeline_tag <> c.pipeline_tag)::int) {ENDS}",
    "language_pairs": f"select count(*) {ENDS} where p.n_languages > 0 and c.n_languages > 0",
    "language_mutation": f"select {CHANGED.format('p.languages', 'c.languages')} {ENDS} \
where p.n_languages > 0 and c.n_languages > 0",
}
"""What the published file says of each of the notebook's key numbers."""

TABLES = {
    "families": "from families select family_id, family_scope, root_id, n_models, n_placeholders, n_edges, n_cut_edges, depth, \
width, n_leaves, n_merges, first_created_at, last_created_at",
    "places": "from models select model_id, n_parents, n_children, n_descendants, family_id, root_id, depth \
where depth is not null",
}
"""What the published file says of each of the notebook's tables, in its order of columns."""


def differing_numbers(database: duckdb.DuckDBPyConnection, numbers: dict[str, Any]) -> list[str]:
    """Return a line for each number that differs."""
    differing = []
    for name, sql in NUMBERS.items():
        (published,) = database.execute(sql).fetchall()[0]
        if abs(published - numbers[name]) > 5e-5:  # the notebook rounds one share to four places
            differing.append(f"{name}: {numbers[name]} in the notebook, {published} published")
    return differing


def differing_tables(database: duckdb.DuckDBPyConnection, output: Path) -> list[str]:
    """Return a line for each table of which some row differs."""
    differing = []
    for name, sql in TABLES.items():
        notebook = f"from '{output / name}.parquet'"
        for here, there, where in ((notebook, sql, "the notebook"), (sql, notebook, "the published file")):
            (n_rows,) = database.execute(f"select count(*) from (({here}) except all ({there}))").fetchall()[0]
            if n_rows:
                differing.append(f"{name}: {n_rows} rows only in {where}")
    return differing


def main(path: Path, numbers: dict[str, Any], output: Path) -> None:
    """Compare, and tell what differs."""
    with duckdb.connect(str(path), read_only=True) as database:
        differing = differing_numbers(database, numbers) + differing_tables(database, output)
    Stopwatch().tell(differing)


if __name__ == "__main__":
    main(Path(sys.argv[1]), json.loads(Path(sys.argv[2]).read_text(encoding="utf-8")), Path(sys.argv[3]))
