"""A build's folder: which landing files it reads, and where its tables lie.

``build/<build_id>/`` holds ``build.json`` (what the build was told), ``stage/``, ``lineage/`` and ``main/`` with one Parquet
file a table, and the private DuckDB file. It is thrown away after publishing; a failed one is deleted and built again.
"""

from __future__ import annotations

import json
import shutil
from collections.abc import Sequence
from contextlib import ExitStack, suppress
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING

from pipelines.settings import Settings
from warehouse.engine import Engine
from warehouse.errors import NotFound, UsageError
from warehouse.files import remove_leftovers, write_whole
from warehouse.landing.files import LandingFile, landing_files, one_a_path, verify
from warehouse.landing.removal_lock import reading_landing
from warehouse.landing.schema import KINDS
from warehouse.paths import Layout

if TYPE_CHECKING:
    from warehouse.spark.elsewhere import Elsewhere

TOLD = "build.json"
"""What a build was told; without it, a folder is no build."""
_NUMBERED = {("stage", "latest"): "model_number"}
"""Tables whose rows later steps join on by their place in the file: sorting names a second time to count them would be dear."""
ABANDONED_AFTER = timedelta(days=2)
"""A build's folder to which nothing was added for so long belongs to a build that was killed or refused; a younger one may
be living, or wanted for a look at what was refused."""


@dataclass(frozen=True)
class BuildFolder:
    """One build: its folder and the landing files it was told to read."""

    path: Path
    started_at: datetime
    as_of: date | None
    files: dict[str, tuple[LandingFile, ...]]
    asked_for: set[Path] = field(default_factory=set, compare=False)
    """Tables and landing files that somebody wanted, to read or to write: what a step is measured by."""

    @property
    def build_id(self) -> str:
        """The build's name."""
        return self.path.name

    @property
    def database(self) -> Path:
        """The private DuckDB file."""
        return self._asked(self.path / "hub.duckdb")

    def table(self, layer: str, name: str) -> Path:
        """Return where a table of a layer lies."""
        return self._asked(self.path / layer / f"{name}.parquet")

    def _asked(self, path: Path) -> Path:
        self.asked_for.add(path)
        return path

    def engine(self, settings: Settings, *, landing: Sequence[str] = ()) -> Engine:
        """Open an engine that sees these kinds of landing files, and listing and details also as ``landing_records``."""
        scratch = self.path / "scratch"
        engine = Engine(
            scratch, threads=settings.threads, memory_limit=settings.memory_limit, elsewhere=_elsewhere(scratch, settings)
        )
        with ExitStack() as until_seen:
            until_seen.push(engine)
            for kind in landing:
                engine.see_landing(kind, self.files[kind])
                self.asked_for.update(file.path for file in self.files[kind])
            if {"listing", "details"} <= set(landing):
                engine.see_view("stage", "landing_records")
            until_seen.pop_all()
        return engine

    def see(self, engine: Engine, layer: str, *names: str) -> None:
        """Make tables of a layer known to an engine under their own names."""
        for name in names:
            engine.see_parquet(name, self.table(layer, name), number=_NUMBERED.get((layer, name)))

    def remove(self) -> None:
        """Delete the folder; what makes it a build goes first, so that none is resumed that is half gone."""
        (self.path / TOLD).unlink(missing_ok=True)
        shutil.rmtree(self.path, ignore_errors=True)


def _elsewhere(scratch: Path, settings: Settings) -> Elsewhere | None:
    if settings.engine != "spark":
        return None
    from warehouse.spark.elsewhere import Elsewhere

    return Elsewhere(settings.spark, scratch)


def begin(layout: Layout, build_id: str, *, started_at: datetime, as_of: date | None) -> BuildFolder:
    """Make a fresh folder for a build and fix which landing files it reads; a folder of that name is begun anew.

    Raises:
        UsageError: nothing has been landed (up to the date).
        CorruptFile: a landing file does not match its checksum.
    """
    _sweep(layout, started_at)
    with reading_landing(layout.landing):
        files = {kind: tuple(landing_files(layout.landing, kind, as_of=as_of)) for kind in KINDS}
        if not files["listing"] and not files["details"]:
            when, hint = f" up to {as_of}" if as_of else "", "run hubtree crawl or hubtree import first"
            raise UsageError(f"nothing has been landed{when} in {layout.landing}", hint=hint)
        verified = list(one_a_path(file for kind in files.values() for file in kind))
        for file in verified:
            verify(file)
    folder = BuildFolder(layout.build_dir(build_id), started_at, as_of, files, {file.path for file in verified})
    folder.remove()
    content = {
        "started_at": started_at.isoformat(),
        "as_of": as_of.isoformat() if as_of else None,
        "files": {kind: [file.name for file in found] for kind, found in files.items()},
    }
    write_whole(folder.path / TOLD, lambda path: path.write_text(json.dumps(content), encoding="utf-8"))
    return folder


def _sweep(layout: Layout, started_at: datetime) -> None:
    """Delete what killed processes left behind; the temporary files and young folders of living builds stay."""
    for place in (layout.landing, layout.build, layout.cache, layout.published, layout.docs):
        remove_leftovers(place)
    for path in layout.build.glob("*/"):
        with suppress(FileNotFoundError):  # a build that has just ended removed it
            last_added = datetime.fromtimestamp(path.stat().st_mtime, UTC).replace(tzinfo=None)
            if last_added < started_at - ABANDONED_AFTER:
                shutil.rmtree(path, ignore_errors=True)


def resume(layout: Layout, build_id: str) -> BuildFolder:
    """Open the folder of a build that was begun.

    Raises:
        NotFound: there is no such build.
    """
    path = layout.build_dir(build_id)
    try:
        content = json.loads((path / TOLD).read_text(encoding="utf-8"))
    except FileNotFoundError as error:
        raise NotFound(f"no build {build_id}", hint="begin one with hubtree build") from error
    as_of = date.fromisoformat(content["as_of"]) if content["as_of"] else None
    wanted = {kind: set(names) for kind, names in content["files"].items()}
    files = {kind: tuple(f for f in landing_files(layout.landing, kind) if f.name in wanted.get(kind, ())) for kind in KINDS}
    return BuildFolder(path, datetime.fromisoformat(content["started_at"]), as_of, files)
