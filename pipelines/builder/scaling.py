"""The build's part of scaling laws: the additive law fitted to every series of losses, beside the table it reads."""

from __future__ import annotations

import polars as pl

from pipelines.builder.folder import BuildFolder
from warehouse.contract import TABLES
from warehouse.files import write_whole

_NAMES = {"model_width": "width", "model_depth": "depth"}


def write_scaling(folder: BuildFolder) -> int:
    """Write ``scaling_fits``, its replicates, forecasts and what its pictures show; losses must be written already.

    Returns the number of series and laws that were fitted or refused.
    """
    # Here and not above: the fitter's imports take a third of a second that no earlier step needs.
    from pipelines.scaling.chart_tables import chart_tables
    from pipelines.scaling.relatives import borrowed_studies, exponent_tests
    from pipelines.scaling.study import study_all
    from pipelines.scaling.tables import PROTOCOLS, scaling_tables

    losses = pl.read_parquet(folder.table("main", "losses")).rename(_NAMES)
    studies = [study for protocol in PROTOCOLS for study in study_all(losses, protocol)] if losses.height else []
    free = [study for study in studies if study.protocol.law == PROTOCOLS[0].law]
    tables = {
        **scaling_tables([*studies, *borrowed_studies(losses, free)]),
        **chart_tables(studies),
        "exponent_tests": exponent_tests(free),
    }
    for name, frame in tables.items():
        rows = frame.select(TABLES[name].column_names)
        write_whole(folder.table("main", name), rows.write_parquet, durable=False)
    return len(studies)
