"""Which datasets a step read and wrote, told from what lies on disk when it has ended.

A dataset is a kind of landing file, a table of a build, a table of the published file, or an extract. Its name is a path
without the build's id, so that the same table of two nights is one dataset with two versions. What a step wrote is what is
newer than its start; `resolve_lineage` and `analyse` are said to have read every table that was there before.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final

import pyarrow.parquet as pq

from warehouse.contract import TABLES
from warehouse.landing.files import landing_files, unfolded_files
from warehouse.landing.schema import KINDS
from warehouse.paths import Layout

_LANDED_BY: Final = {
    "crawl": ("listing", "steps", "runs"),
    "fetch_cards": ("cards", "steps", "runs"),
    "ask_parents": ("lookups", "steps", "runs"),
    "import_release": ("losses", "evaluations", "steps", "runs"),
}
_BUILDING: Final = ("start_build", "parse_cards", "resolve_lineage", "analyse", "assemble", "check")
_OF_PUBLISHED: Final = ("write_extracts", "write_dashboard")

_FILE: Final = "file"
"""OpenLineage's namespace of the local file system; names in it are absolute paths."""

Columns = tuple[tuple[str, str, str], ...]


@dataclass(frozen=True)
class Dataset:
    """A dataset as OpenLineage names it; columns are (name, type, meaning), and what is not known is empty or None."""

    namespace: str
    name: str
    columns: Columns = ()
    n_rows: int | None = None
    n_bytes: int | None = None
    version: str = ""


def read_by(layout: Layout, step: str, *, build_id: str = "", since: datetime | None = None) -> list[Dataset]:
    """Return what a step reads, without columns and counts.

    Args:
        layout: the home it works in.
        step: name of a function of `pipelines.steps`; one that is none of those above reads nothing.
        build_id: of a step of a build.
        since: when the step began, naive UTC, if it has ended; then what is newer is no input.
    """
    if step in _LANDED_BY:
        return [] if since is None else [Dataset(hub, "models") for hub in _hubs(layout, _LANDED_BY[step], since)]
    if step == "start_build":
        return [Dataset(_FILE, str(layout.landing / kind)) for kind in KINDS if landing_files(layout.landing, kind)]
    if step in _BUILDING:
        tables = (path for path in _tables(layout, build_id) if since is None or not _is_newer(path, since))
        return [Dataset(_FILE, _name_of(layout, path), version=build_id) for path in tables]
    if step == "publish":
        return [
            Dataset(_FILE, str(layout.build / "main" / name), version=build_id) for name in TABLES if name != "check_results"
        ]
    return [_bare(table) for table in _published(layout)] if step in _OF_PUBLISHED else []


def written_by(layout: Layout, step: str, *, since: datetime, build_id: str = "") -> list[Dataset]:
    """Return what a step that began at ``since`` (naive UTC) has written, with columns, rows and bytes."""
    if step in _LANDED_BY:
        by_kind = ((kind, _landed_since(layout, kind, since)) for kind in _LANDED_BY[step])
        return [_described(str(layout.landing / kind), paths) for kind, paths in by_kind if paths]
    if step in _BUILDING:
        tables = (path for path in _tables(layout, build_id) if _is_newer(path, since))
        return [_described(_name_of(layout, path), [path], version=build_id) for path in tables]
    if step == "publish":
        return _published(layout)
    if step == "write_extracts":
        return list(_extracted(layout))
    return [Dataset(_FILE, str(layout.dashboard))] if step == "write_dashboard" else []


def _landed_since(layout: Layout, kind: str, since: datetime) -> list[Path]:
    """Return what a run has just landed; files of earlier runs may be folded, these are not."""
    return [file.path for file in sorted(unfolded_files(layout.landing, kind)) if _is_newer(file.path, since)]


def _hubs(layout: Layout, kinds: Iterable[str], since: datetime) -> list[str]:
    """Return the hubs that landed files say they come from; the files of one run come from one hub."""
    found = (paths[0] for kind in kinds if (paths := _landed_since(layout, kind, since)))
    told = {(pq.read_metadata(path).metadata or {}).get(b"hubtree.hub", b"").decode() for path in found}
    return sorted(told - {""})


def _tables(layout: Layout, build_id: str) -> list[Path]:
    return sorted(layout.build_dir(build_id).glob("*/*.parquet")) if build_id else []


def _name_of(layout: Layout, table: Path) -> str:
    return str(layout.build / table.parent.name / table.stem)


def _is_newer(path: Path, since: datetime) -> bool:
    return datetime.fromtimestamp(path.stat().st_mtime, UTC).replace(tzinfo=None) >= since


def _described(name: str, paths: list[Path], *, version: str = "") -> Dataset:
    """Tell a dataset of Parquet files by their footers."""
    footers = [pq.read_metadata(path) for path in paths]
    columns = tuple((field.name, str(field.type), "") for field in footers[-1].schema.to_arrow_schema())
    n_rows = sum(footer.num_rows for footer in footers)
    return Dataset(_FILE, name, columns, n_rows, sum(path.stat().st_size for path in paths), version)


def _published(layout: Layout) -> list[Dataset]:
    manifest = _json(layout.published / "manifest.json")
    return [
        Dataset(_FILE, f"{layout.database}/{name}", _contract(name), n_rows, version=manifest["build_id"])
        for name, n_rows in manifest.get("n_rows", {}).items()
    ]


def _contract(name: str) -> Columns:
    return tuple((column.name, column.type, column.meaning) for column in TABLES[name].columns)


def _bare(dataset: Dataset) -> Dataset:
    return Dataset(dataset.namespace, dataset.name, version=dataset.version)


def _extracted(layout: Layout) -> Iterator[Dataset]:
    manifest = _json(layout.extracts / "manifest.json")
    for extract in manifest.get("extracts", []):
        columns = tuple((column["name"], column["type"], "") for column in extract["columns"])
        for file in extract["files"]:
            name = str(layout.extracts / file["name"])
            yield Dataset(_FILE, name, columns, file["n_rows"], file["n_bytes"], manifest["source"])


def _json(path: Path) -> Any:
    return json.loads(path.read_text(encoding="utf-8")) if path.is_file() else {}
