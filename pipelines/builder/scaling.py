"""The build's part of scaling laws: laws fitted to every series of losses, once for the same losses.

Everything written here is a function of the table ``losses`` and of the fitter's code, and losses change far more seldom than
models do: what the last builds fitted is kept in ``cache/scaling``, one folder for the digest of both.
"""

from __future__ import annotations

import hashlib
import shutil
from contextlib import suppress
from importlib.metadata import version
from importlib.resources import files
from pathlib import Path
from typing import Final

import polars as pl

from pipelines.builder.folder import BuildFolder
from warehouse.contract import TABLES
from warehouse.files import sha256_of, write_whole
from warehouse.paths import Layout

_NAMES = {"model_width": "width", "model_depth": "depth"}
FITTED: Final = (
    "scaling_fits",
    "scaling_bootstrap",
    "scaling_predictions",
    "scaling_residuals",
    "scaling_profiles",
    "scaling_fans",
    "scaling_windows",
    "exponent_tests",
)
"""The tables written, in this order: the results of a build count as kept when the last one is there."""
N_KEPT: Final = 3
"""Results kept at most, the newest: those of today, and of earlier days somebody looks at."""
_FITTED_BY: Final = ("numpy", "scipy", "polars")


def write_scaling(folder: BuildFolder, layout: Layout) -> None:
    """Write the tables `FITTED`; the build's losses must be written already."""
    kept = _kept_folder(layout, folder.table("main", "losses"))
    if not _is_taken(folder, kept):
        _fit(folder)
        _keep(folder, kept)


def _fit(folder: BuildFolder) -> None:
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
    for name in FITTED:
        rows = tables[name].select(TABLES[name].column_names)
        write_whole(folder.table("main", name), rows.write_parquet, durable=False)


def _is_taken(folder: BuildFolder, kept: Path) -> bool:
    """Take what was fitted to these losses before; False if nothing was, or another build is just removing it."""
    if not (kept / f"{FITTED[-1]}.parquet").exists():
        return False
    try:
        for name in FITTED:
            _copy(kept / f"{name}.parquet", folder.table("main", name), durable=False)
    except FileNotFoundError:
        return False
    return True


def _keep(folder: BuildFolder, kept: Path) -> None:
    for name in FITTED:
        _copy(folder.table("main", name), kept / f"{name}.parquet", durable=True)
    others = {path: path.stat().st_mtime for path in kept.parent.iterdir() if path != kept}
    for path in sorted(others, key=others.__getitem__, reverse=True)[N_KEPT - 1 :]:
        with suppress(FileNotFoundError):  # another build removes it, too
            shutil.rmtree(path)


def _copy(source: Path, target: Path, *, durable: bool) -> None:
    write_whole(target, lambda temporary: shutil.copyfile(source, temporary), durable=durable)


def _kept_folder(layout: Layout, losses: Path) -> Path:
    """Return the folder of the results for these losses, this code, these columns and versions of the libraries."""
    code = Path(str(files("pipelines"))) / "scaling"
    parts = [sha256_of(losses), *(sha256_of(path) for path in sorted(code.rglob("*.py")))]
    parts += [f"{name} {version(name)}" for name in _FITTED_BY]
    parts += [f"{name}: {TABLES[name].column_names}" for name in FITTED]
    return layout.cache / "scaling" / hashlib.sha256("\n".join(parts).encode()).hexdigest()[:16]
