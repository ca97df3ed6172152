"""From the published file to a folder of extracts with a manifest."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

import duckdb
import orjson

from pipelines.extract.files import ExtractFile, described
from pipelines.extract.graphs import LARGEST, FamilyGraph, LeftOut, write_graphs
from pipelines.extract.packaging import CROISSANT, DATAPACKAGE, croissant, datapackage
from pipelines.extract.sources import PARTITION, Source, sources
from pipelines.extract.swapping import replacing
from pipelines.extract.writing import SMALL, part_by_month, write_csv, write_jsonl, write_parquet
from pipelines.query.coverage import Coverage, read_coverage
from warehouse.contract import CONTRACT_VERSION
from warehouse.reading import reading_file, resolve_published
from warehouse.spreadsheets import FORMULA_STARTS, GUARD

MANIFEST = "manifest.json"


@dataclass(frozen=True)
class Extract:
    """One extract: what a row is, its key, its columns as (name, type, meaning), its files, and whether it is parted."""

    name: str
    grain: str
    key: tuple[str, ...]
    columns: tuple[tuple[str, str, str], ...]
    files: tuple[ExtractFile, ...]
    grows_by: str | None = None


@dataclass(frozen=True)
class ExtractReport:
    """What was written where, and from which published file."""

    folder: Path
    source: str
    coverage: Coverage
    extracts: tuple[Extract, ...]
    graphs: tuple[FamilyGraph, ...] = ()
    left_out: tuple[LeftOut, ...] = ()

    @property
    def files(self) -> tuple[ExtractFile, ...]:
        """All files but the manifest and the catalogue entries."""
        tables = tuple(file for extract in self.extracts for file in extract.files)
        return tables + tuple(file for graph in self.graphs for file in graph.files)


@dataclass(frozen=True)
class Wanted:
    """What is written beside the tables.

    Attributes:
        n_largest: so many of the largest families as graphs.
        families: models whose families are written as graphs too.
        own: folder with definitions of extracts of one's own; it need not exist.
    """

    n_largest: int = LARGEST
    families: Sequence[str] = ()
    own: Path | None = None


def write_extracts(
    database: Path,
    folder: Path,
    *,
    now: datetime,
    wanted: Wanted | None = None,
    threads: int | None = None,
    memory_limit: str = "4GB",
) -> ExtractReport:
    """Write every published table and every defined extract, and families as graphs, with a manifest and two catalogue entries.

    Tables are Parquet and CSV, the small ones JSON Lines too, and those that grow with time are parted by month.

    The data files are the same bytes whenever they are written from the same published file; the descriptions add ``now``.

    Args:
        database: the published file, or the link to it.
        folder: becomes a link to the new folder in one step, when all files are written.
        now: instant of the run, naive UTC.
        wanted: which families and which definitions beside those of the house; the largest families by default.
        threads: of DuckDB; all processors by default.
        memory_limit: of DuckDB.

    Raises:
        NotFound: nothing is published, or a model whose family is wanted is unknown.
        CorruptFile: the published file can't be read.
        UsageError: something that is no extract stands at ``folder``, a definition is wrong, or a wanted family is too large.
        NoSpace: the disk is full, or the folder can't be written.
    """
    path, wanted = resolve_published(database), wanted or Wanted()
    with replacing(folder) as new, _reading(path, new / ".spill", threads, memory_limit) as connection:
        defined = tuple(sources(connection, wanted.own))  # a wrong definition is told before minutes of writing
        coverage = read_coverage(connection)
        graphs, left_out = write_graphs(connection, new, n_largest=wanted.n_largest, asked=wanted.families)
        extracts = tuple(_write(connection, source, new) for source in defined)
        report = ExtractReport(folder, path.name, coverage, extracts, graphs, left_out)
        for name, document in ((MANIFEST, _manifest), (DATAPACKAGE, datapackage), (CROISSANT, croissant)):
            (new / name).write_bytes(document(report, now))
    return report


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
    """Write one extract; all other files are made from the whole Parquet file, which is sorted already."""
    parquet = write_parquet(source, folder)
    rows = connection.read_parquet(str(parquet), hive_partitioning=False)
    n_rows = int(rows.count("*").fetchall()[0][0])
    paths = [write_csv(rows, parquet.with_suffix(".csv"))]
    if 0 < n_rows <= SMALL:  # some readers take a file without a line for a broken one
        paths.append(write_jsonl(rows, parquet.with_suffix(".jsonl")))
    columns = tuple(
        (name, str(kind), source.meanings.get(name, "")) for name, kind in zip(rows.columns, rows.types, strict=True)
    )
    files = [*_parquet_files(connection, source, parquet, folder), *(described(path, folder, n_rows) for path in paths)]
    return Extract(source.name, source.grain, source.key, columns, tuple(files), source.grows_by)


def _parquet_files(connection: duckdb.DuckDBPyConnection, source: Source, whole: Path, folder: Path) -> Iterator[ExtractFile]:
    """Describe the Parquet file of an extract, or its parts by month, which then take the place of the whole."""
    rows = connection.read_parquet(str(whole), hive_partitioning=False)
    parts = part_by_month(whole, rows, source) if source.grows_by else [whole]
    for path in parts:
        part = connection.read_parquet(str(path), hive_partitioning=False)
        yield described(path, folder, int(part.count("*").fetchall()[0][0]))
    if source.grows_by:
        whole.unlink()


def _manifest(report: ExtractReport, now: datetime) -> bytes:
    """Say what the files hold, so that they can be used and verified without hubtree."""
    document = {
        "contract_version": CONTRACT_VERSION,
        "source": report.source,
        "written_at": now,
        **report.coverage.facts,
        "csv": {
            "encoding": "UTF-8, header, comma; null is an empty field, an empty text is two quotation marks",
            "lists": "JSON text",
            "instants": "YYYY-MM-DD hh:mm:ss, UTC",
            "guard": f"{GUARD} stands before a text that begins with a guarded character; Parquet holds the text untouched",
            "guarded": FORMULA_STARTS,
        },
        "jsonl": {"most_rows": SMALL, "instants": "ISO 8601, UTC", "null": "unknown; NaN and infinity too"},
        "parts": f"a table with grows_by is a folder {PARTITION}=YYYY-MM/ a month of that column (UTC), as Hive writes them",
        "extracts": [_entry(extract) for extract in report.extracts],
        "graphs": [{**vars(graph), "files": [vars(file) for file in graph.files]} for graph in report.graphs],
        "graphs_left_out": [vars(family) for family in report.left_out],
    }
    return orjson.dumps(document, option=orjson.OPT_INDENT_2 | orjson.OPT_APPEND_NEWLINE)


def _entry(extract: Extract) -> dict[str, object]:
    return {
        "name": extract.name,
        "grain": extract.grain,
        "key": extract.key,
        "grows_by": extract.grows_by,
        "columns": [{"name": name, "type": kind, "meaning": meaning} for name, kind, meaning in extract.columns],
        "files": [vars(file) for file in extract.files],
    }
