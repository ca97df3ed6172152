"""The published file for Python: tables as Polars frames, SQL, the cookbook, and families as networkx graphs."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import duckdb
import polars as pl

from pipelines.query.describe import TableDescription, describe_table, describe_tables, known_table
from pipelines.query.limits import Limits
from pipelines.query.own import ask, reading
from pipelines.query.run import Parameters, run_query
from warehouse.errors import UsageError

if TYPE_CHECKING:
    import networkx as nx

ALL_ROWS = Limits(rows=0)
"""What a query of a program may take unless told: every row, 30 seconds, 2 GB."""


@dataclass(frozen=True)
class Hub:
    """A published file. It is opened anew for each question, so that it holds no lock and can be kept as long as you like.

    ``hub`` in the examples is the sample: a hub of 400 planted models with families of several generations.

    Attributes:
        database: the DuckDB file; a later publishing does not change it.
    """

    database: Path

    @property
    def tables(self) -> tuple[str, ...]:
        """Names of the tables, in the contract's order.

        >>> hub.tables[:3]
        ('models', 'parent_claims', 'edges')
        """
        return tuple(summary.name for summary in describe_tables(self.database))

    def table(self, name: str, columns: Sequence[str] | None = None) -> pl.DataFrame:
        """Return a table, or some of its columns, in the file's order.

        Raises:
            NotFound: there is no such table; the hint names those of a similar name.
            UsageError: a column is not one of its columns.

        >>> hub.table("models", ["model_id", "license_id"]).columns
        ['model_id', 'license_id']
        >>> hub.table("modles")
        Traceback (most recent call last):
        ...
        warehouse.errors.NotFound: no such table: modles
        """
        with reading(self.database) as connection:
            rows = connection.table(known_table(ask(connection, "catalogue"), name))
            unknown = [column for column in columns or () if column not in rows.columns]
            if unknown:
                raise UsageError(f"{name} has no column {', '.join(unknown)}", hint=f"it has {', '.join(rows.columns)}")
            chosen = [duckdb.ColumnExpression(column) for column in columns or rows.columns]
            return rows.select(*chosen).pl()

    def sql(self, query: str, parameters: Parameters = (), *, limits: Limits = ALL_ROWS) -> pl.DataFrame:
        """Return the rows of one SELECT, run with the gate and limits of `hubtree sql` in a process of its own.

        Args:
            query: one statement; ``$name`` or ``?`` stand for parameters.
            parameters: their values: text, numbers, Booleans, None.
            limits: what it may take; a limit of rows cuts the result.

        Raises:
            UsageError: the statement is refused, wrong, or reached its time or memory limit.

        >>> hub.sql("select count(*) > 100 as is_large from models where created_at < $day", {"day": "2030-01-01"}).item()
        True
        """
        return run_query(self.database, query, limits=limits, parameters=parameters).frame

    def ask(self, recipe: str) -> pl.DataFrame:
        """Return the answer to a question of the cookbook (docs/reference/cookbook.md).

        Raises:
            NotFound: there is no such question; the hint names the nearest.

        >>> hub.ask("largest_families").columns[:2]
        ['family_id', 'n_models']
        """
        from pipelines.query.cookbook import run_recipe

        return run_recipe(self.database, recipe, limits=ALL_ROWS).frame

    def family_tree(self, model_id: str, *, depth: int | None = None) -> nx.DiGraph:
        """Return a model's ancestors and descendants as a graph from parent to child.

        Args:
            model_id: any case; a placeholder (a parent that no listing holds) may be asked for too.
            depth: 1 for parents and children alone; None for all.

        Returns:
            See `pipelines.lineage.family_tree`: nodes with side, distance, licence, downloads and dates, edges with relation,
            confidence and evidence; every writer of networkx takes it as it is.

        Raises:
            NotFound: there is no such model; the hint names models of a similar name.

        >>> root = hub.ask("largest_families")["family_id"][0]
        >>> tree = hub.family_tree(root)
        >>> tree.nodes[root]["side"], {data["side"] for name, data in tree.nodes(data=True) if name != root}
        ('self', {'descendant'})
        """
        from pipelines.query import family_tree

        return family_tree(self.database, model_id, depth=depth)

    def describe(self, table: str) -> TableDescription:
        """Return what a table's rows and columns mean, how many there are, and what to beware of.

        >>> hub.describe("edges").grain
        'one accepted parent-child pair'
        """
        return describe_table(self.database, table)
