"""What is measured over the finished lineage: growth, drift along edges and in time, duties of licences, likeness of relatives.

The measurements need only tables that earlier steps wrote, so they run side by side, the longest first. Each opens an engine of
its own; which of them ends first changes no byte of any table.
"""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

from pipelines.builder.card_drift import write_card_drift
from pipelines.builder.card_duplicates import write_card_duplicates
from pipelines.builder.drift import write_drift
from pipelines.builder.folder import BuildFolder
from pipelines.builder.growth import write_growth
from pipelines.builder.similarity import write_similarity
from pipelines.builder.trends import write_orders, write_trends
from pipelines.builder.verdicts import write_verdicts
from pipelines.settings import Settings
from warehouse.engine import Engine

Counts = dict[str, int]
_AT_ONCE = 2
"""Each may take the memory limit; more lanes than two would wait for the same cores anyway, as queries use all of them."""


def write_analysis(folder: BuildFolder, settings: Settings) -> Counts:
    """Write the tables of every measurement; return what each counted.

    Raises:
        HubtreeError: of the first measurement, in the order below, that failed; those already begun are ended first.
    """
    return {name: count for counts in _measured(folder, settings) for name, count in counts.items()}


def _measured(folder: BuildFolder, settings: Settings) -> list[Counts]:
    if settings.threads == 1:
        return [measure(folder, settings) for measure in _MEASUREMENTS]
    with ThreadPoolExecutor(min(_AT_ONCE, settings.threads)) as lanes:
        running = [lanes.submit(measure, folder, settings) for measure in _MEASUREMENTS]
        try:
            return [future.result() for future in running]
        finally:  # after an error, what has not begun would be measured in vain
            lanes.shutdown(cancel_futures=True)


def _drift_and_orders(folder: BuildFolder, settings: Settings) -> Counts:
    with _engine(folder, settings) as engine:
        n_transitions = write_drift(folder, engine)
    write_orders(folder)
    return {"trait_transitions": n_transitions}


def _similarity(folder: BuildFolder, settings: Settings) -> Counts:
    return {"similarity": write_similarity(folder, settings)}


def _verdicts(folder: BuildFolder, settings: Settings) -> Counts:
    with _engine(folder, settings) as engine:
        return {"license_conflicts": write_verdicts(folder, engine)}


def _growth(folder: BuildFolder, settings: Settings) -> Counts:
    with _engine(folder, settings) as engine:
        return {"growth_fits": write_growth(folder, engine)}


def _trends(folder: BuildFolder, settings: Settings) -> Counts:
    with _engine(folder, settings) as engine:
        write_trends(folder, engine)
    return {}


def _cards(folder: BuildFolder, settings: Settings) -> Counts:
    with _engine(folder, settings) as engine:
        write_card_drift(folder, engine)
        write_card_duplicates(folder, engine)
    return {}


_MEASUREMENTS: tuple[Callable[[BuildFolder, Settings], Counts], ...] = (
    _drift_and_orders,
    _similarity,
    _verdicts,
    _growth,
    _trends,
    _cards,
)


def _engine(folder: BuildFolder, settings: Settings) -> Engine:
    """Open an engine that sees what every measurement starts from."""
    engine = folder.engine(settings)
    folder.see(engine, "main", "models", "edges", "cards")
    return engine
