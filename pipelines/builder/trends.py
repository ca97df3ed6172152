"""The build's part of orders and time: orders of traits, months of creation, changes of models, what helps reuse."""

from __future__ import annotations

import polars as pl

from pipelines.builder.folder import BuildFolder
from pipelines.drift.cohorts import STATES_SCHEMA, cohort_effects
from pipelines.drift.ordering.tables import order_traits
from pipelines.drift.trends import trend_tests
from warehouse import codes
from warehouse.contract import TABLES
from warehouse.engine import Engine
from warehouse.files import write_whole


def write_orders(folder: BuildFolder) -> None:
    """Write ``trait_orderings`` and ``trait_order_pairs`` from the moves that `write_drift` left."""
    moves = pl.read_parquet(folder.table("drift", "moves"))
    orders, papers = (order_traits(moves.filter(protocol=name), name) for name in ("hubtree", "paper"))
    _write(folder, "trait_orderings", pl.concat([orders.orderings, papers.orderings]))
    _write(folder, "trait_order_pairs", orders.pairs)


def write_trends(folder: BuildFolder, engine: Engine) -> None:
    """Write the tables of time; the engine sees ``models`` and ``cards``."""
    folder.see(engine, "stage", "latest", "trait_history")
    for name in ("licenses", "license_terms", "languages"):
        engine.see_frame(f"code_{name}", codes.frame(name))
    engine.keep("lineage", "observation_end")
    engine.write("main", "monthly_trends", folder.table("main", "monthly_trends"))
    folder.see(engine, "main", "monthly_trends")
    for name in ("trait_changes", "reuse_attributes"):
        engine.write("main", name, folder.table("main", name))
    _write(folder, "trend_tests", trend_tests(engine.table("monthly_trends")))
    _write(folder, "cohort_effects", cohort_effects(_states(engine)))


def _states(engine: Engine) -> pl.DataFrame:
    """Return what models declared at first and declare now; nothing, sooner, where none was seen again."""
    is_any = engine.table("trait_history").height > 0
    return engine.frame("drift", "cohort_states") if is_any else pl.DataFrame(schema=STATES_SCHEMA)


def _write(folder: BuildFolder, name: str, frame: pl.DataFrame) -> None:
    rows = frame.select(TABLES[name].column_names)
    write_whole(folder.table("main", name), rows.write_parquet, durable=False)
