"""From the published file to a folder of extracts with a manifest."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

import duckdb
import orjson

from pipelines.extract.packaging import CROISSANT, DATAPACKAGE, croissant, datapackage
from pipelines.extract.sources import Source, sources
from pipelines.extract.swapping import replacing
from pipelines.extract.writing import write_csv, write_parquet
from warehouse.contract import CONTRACT_VERSION
from warehouse.files import sha256_of
from warehouse.reading import reading_file, resolve_published
from warehouse.spreadsheets import FORMULA_STARTS, GUARD

MANIFEST = "manifest.json"


@dataclass(frozen=True)
class ExtractFile:
    """One written file; ``name`` is its name in the folder, ``sha256`` of its bytes in hexadecimal."""

    name: str
    n_rows: int
    n_bytes: int
    sha256: str


@dataclass(frozen=True)
class Extract:
    """One extract: what a row is, its key, its columns as (name, type, meaning), and its files."""

    name: str
    grain: str
    key: tuple[str, ...]
    columns: tuple[tuple[str, str, str], ...]
    files: tuple[ExtractFile, ...]


@dataclass(frozen=True)
class ExtractReport:
    """What was written where, and from which published file."""

    folder: Path
    source: str
    extracts: tuple[Extract, ...]

    @property
    def n_bytes(self) -> int:
        """Bytes of all files but the manifest."""
        return sum(file.n_bytes for extract in self.extracts for file in extract.files)


def write_extracts(
    database: Path, folder: Path, *, now: datetime, threads: int | None = None, memory_limit: str = "4GB"
) -> ExtractReport:
    """Write every published table and every defined extract as Parquet and CSV, with a manifest and two catalogue entries.

    The data files are the same bytes whenever they are written from the same published file; the descriptions add ``now``.

    Args:
        database: the published file, or the link to it.
        folder: becomes a link to the new folder in one step, when all files are written.
        now: instant of the run, naive UTC.
        threads: of DuckDB; all processors by default.
        memory_limit: of DuckDB.

    Raises:
        NotFound: nothing is published.
        CorruptFile: the published file can't be read.
        UsageError: something that is no extract stands at ``folder``.
        NoSpace: the disk is full, or the folder can't be written.
    """
    path = resolve_published(database)
    with replacing(folder) as new, _reading(path, new / ".spill", threads, memory_limit) as connection:
        extracts = tuple(_write(connection, source, new) for source in sources(connection))
        for name, document in ((MANIFEST, _manifest), (DATAPACKAGE, datapackage), (CROISSANT, croissant)):
            (new / name).write_bytes(document(extracts, path.name, now))
    return ExtractReport(folder, path.name, extracts)


@contextmanager
def _reading(path: Path, spill: Path, threads: int | None, memory_limit: str) -> Iterator[duckdb.DuckDBPyConnection]:
    config: dict[str, str | bool | int | float | list[str]] = {"memory_limit": memory_limit, "temp_directory": str(spill)}
    if threads:
        config["threads"] = threads
    with reading_file(path):
        connection = duckdb.connect(str(path), read_only=True, config=config)
        try:
            yield connection
        finally:
            connection.close()


def _write(connection: duckdb.DuckDBPyConnection, source: Source, folder: Path) -> Extract:
    """Write one extract; the CSV is made from the Parquet file, which is sorted already."""
    parquet = write_parquet(source, folder)
    rows = connection.read_parquet(str(parquet))
    csv = write_csv(rows, parquet.with_suffix(".csv"))
    n_rows = int(rows.count("*").fetchall()[0][0])
    columns = tuple(
        (name, str(kind), source.meanings.get(name, "")) for name, kind in zip(rows.columns, rows.types, strict=True)
    )
    return Extract(source.name, source.grain, source.key, columns, tuple(_file(path, n_rows) for path in (parquet, csv)))


def _file(path: Path, n_rows: int) -> ExtractFile:
    return ExtractFile(path.name, n_rows, path.stat().st_size, sha256_of(path))


def _manifest(extracts: tuple[Extract, ...], source: str, now: datetime) -> bytes:
    """Say what the files hold, so that they can be used and verified without hubtree."""
    document = {
        "contract_version": CONTRACT_VERSION,
        "source": source,
        "written_at": now,
        "csv": {
            "encoding": "UTF-8, header, comma; null is an empty field, an empty text is two quotation marks",
            "lists": "JSON text",
            "instants": "YYYY-MM-DD hh:mm:ss, UTC",
            "guard": f"{GUARD} stands before a text that begins with a guarded character; Parquet holds the text untouched",
            "guarded": FORMULA_STARTS,
        },
        "extracts": [_entry(extract) for extract in extracts],
    }
    return orjson.dumps(document, option=orjson.OPT_INDENT_2 | orjson.OPT_APPEND_NEWLINE)


def _entry(extract: Extract) -> dict[str, object]:
    return {
        "name": extract.name,
        "grain": extract.grain,
        "key": extract.key,
        "columns": [{"name": name, "type": kind, "meaning": meaning} for name, kind, meaning in extract.columns],
        "files": [vars(file) for file in extract.files],
    }
