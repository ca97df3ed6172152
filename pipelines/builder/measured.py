"""What each step of a build took, kept in the build's folder until its run is recorded.

Read are the landing files and tables that a step asked its folder for and that were there before it; written is what is new in
the folder when it ends. A step that fails keeps nothing. Publishing is no such step: its end is the record's end.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import asdict
from datetime import datetime
from pathlib import Path
from typing import Any, Final

from pipelines.builder.folder import BuildFolder, resume
from pipelines.clock import now
from pipelines.measuring import Meter, Step
from pipelines.settings import Settings
from warehouse.files import write_whole

_KEPT: Final = "steps"
_NOT_WRITTEN: Final = frozenset({_KEPT, "scratch"})


@contextmanager
def measured(folder: BuildFolder, step: str, *, started_at: datetime | None = None) -> Iterator[None]:
    """Keep what the block took, as the step of that name, if it ends well; a step that is run again replaces its record.

    Args:
        folder: of the build; what it was asked for until now counts as read by this step.
        step: name of a function of `pipelines.steps`.
        started_at: where the step began before the folder could be opened.
    """
    meter, began, before = Meter(), started_at or now(), _sizes(folder)
    yield
    after = _sizes(folder)
    written = sum(size[1] for path, size in after.items() if before.get(path) != size)
    record = Step(
        run_id=folder.build_id,
        run_step=step,
        started_at=began,
        finished_at=now(),
        cpu_seconds=meter.cpu_seconds,
        n_bytes_read=_n_bytes_read(folder, before),
        n_bytes_written=written,
        peak_memory_bytes=meter.peak_memory_bytes,
    )
    content = json.dumps(asdict(record), default=datetime.isoformat)
    write_whole(folder.path / _KEPT / f"{step}.json", lambda path: path.write_text(content, encoding="utf-8"), durable=False)


def run_step(
    settings: Settings, build_id: str, step: str, work: Callable[[BuildFolder, Settings], Mapping[str, Any]]
) -> dict[str, Any]:
    """Do the work of one step of a build that was begun, measured, and return what it says.

    Raises:
        NotFound: there is no such build.
    """
    folder = resume(settings.layout, build_id)
    with measured(folder, step):
        return dict(work(folder, settings))


def steps_of(folder: BuildFolder) -> list[Step]:
    """Return the steps of a build that have ended, in their order."""
    records = [json.loads(path.read_text(encoding="utf-8")) for path in (folder.path / _KEPT).glob("*.json")]
    instants = ({name: datetime.fromisoformat(record[name]) for name in ("started_at", "finished_at")} for record in records)
    steps = [Step(**{**record, **told}) for record, told in zip(records, instants, strict=True)]
    return sorted(steps, key=lambda step: (step.started_at, step.run_step))


def _sizes(folder: BuildFolder) -> dict[Path, tuple[int, int]]:
    """Return each file of a build with the instant of its last change (ns) and its size (bytes)."""
    files = (path for path in folder.path.rglob("*") if _NOT_WRITTEN.isdisjoint(path.relative_to(folder.path).parts))
    return {path: (told.st_mtime_ns, told.st_size) for path in files if path.is_file() and (told := path.stat())}


def _n_bytes_read(folder: BuildFolder, before: dict[Path, tuple[int, int]]) -> int:
    landed = (path for path in folder.asked_for if not path.is_relative_to(folder.path) and path.exists())
    return sum(path.stat().st_size for path in landed) + sum(before[path][1] for path in folder.asked_for & before.keys())
