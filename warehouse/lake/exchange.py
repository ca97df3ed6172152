"""The landing zone as a set of files that only grows, held by a lake: put what it lacks, take what is missing here.

A landing file's name holds the digest of its bytes, so two machines never mean different things by one name. In the lake its
rows stand in ``landing_<kind>`` and what is known of it in ``landing_files``, both written in one transaction, a put;
where two machines put the same file at once, readers take the put with the smallest id. So a machine, a connection or the
catalogue may die at any moment: a file is in the lake whole or not at all, and never counts twice. The record of a run is known
by its run alone: two machines that import the same dump end the same run, at two instants, and one of the records counts.
"""

from __future__ import annotations

import json
import uuid
from collections.abc import Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass
from itertools import groupby
from pathlib import Path
from typing import Final

import duckdb
import polars as pl

from warehouse.errors import CorruptFile
from warehouse.lake.connection import LakeAddress, opened
from warehouse.landing.files import LandingFile, landing_files, metadata_of
from warehouse.landing.folding import write_folded
from warehouse.landing.rows import scan_rows
from warehouse.landing.schema import KINDS, TOLD_BY_RUNS
from warehouse.landing.states import FILE_COLUMN, ROW_COLUMN, Folded

BATCH_FILES: Final = 100
"""Landing files put in one transaction, and held in memory, at most: a hundred listing pages are 100,000 models."""

_OWN: Final = f"'' as {FILE_COLUMN}, 0::bigint as {ROW_COLUMN}, '' as observed_date, '' as put_id"
_FILES: Final = (
    "kind varchar, identity varchar, name varchar, observed_date varchar, n_rows bigint, metadata varchar, put_id varchar"
)


@dataclass(frozen=True)
class Exchanged:
    """How many landing files and rows went into the lake, or came out of it."""

    n_files: int
    n_rows: int


def put_missing(landing: Path, address: LakeAddress) -> Exchanged:
    """Put every landing file of this machine that the lake lacks, each batch in one transaction; run records come last.

    So whoever finds a run's record in the lake finds its files too.

    Raises:
        UsageError: the extra ``lake`` is not installed.
        LakeUnavailable: the lake refused; what was put before stays, and the next call puts the rest.
    """
    n_files = n_rows = 0
    with opened(address) as lake:
        _make_tables(lake)
        for kind in sorted(KINDS, key="runs".__eq__):
            known = _known(lake, kind)
            lacking = [file for file in landing_files(landing, kind) if _identity(kind, file.name) not in known]
            for start in range(0, len(lacking), BATCH_FILES):
                batch = lacking[start : start + BATCH_FILES]
                n_rows += _put(lake, kind, batch)
                n_files += len(batch)
    return Exchanged(n_files, n_rows)


def _put(lake: duckdb.DuckDBPyConnection, kind: str, files: Sequence[LandingFile]) -> int:
    """Put files in one transaction and return their rows."""
    put_id = uuid.uuid4().hex
    tables = [_numbered(scan_rows([file], kind).collect(), file) for file in files]
    rows = pl.concat(tables).with_columns(put_id=pl.lit(put_id))
    told = [
        {
            "kind": kind,
            "identity": _identity(kind, file.name),
            "name": file.name,
            "observed_date": file.observed_date,
            "n_rows": table.height,
            "metadata": json.dumps(dict(metadata_of(file)), sort_keys=True),
            "put_id": put_id,
        }
        for file, table in zip(files, tables, strict=True)
    ]
    known = pl.DataFrame(told)
    lake.register("put_rows", rows.to_arrow())
    lake.register("put_files", known.to_arrow())
    lake.execute("begin")
    lake.execute(f"insert into lake.landing_{kind} by name from put_rows")
    lake.execute("insert into lake.landing_files by name from put_files")
    _commit(lake)
    return rows.height


def _commit(lake: duckdb.DuckDBPyConnection) -> None:
    lake.execute("commit")


def _known(lake: duckdb.DuckDBPyConnection, kind: str) -> set[str]:
    """Return the identities of the files of a kind that the lake holds."""
    return {one for (one,) in lake.execute("select identity from lake.landing_files where kind = ?", [kind]).fetchall()}


def _identity(kind: str, name: str) -> str:
    """Return what a landing file is known by in the lake: its name, but of what a run tells the name without the digest."""
    return name.rpartition("-")[0] if kind in TOLD_BY_RUNS else name


def _numbered(rows: pl.DataFrame, file: LandingFile) -> pl.DataFrame:
    number = pl.int_range(pl.len(), dtype=pl.Int64).alias(ROW_COLUMN)
    return rows.with_columns(pl.lit(file.name).alias(FILE_COLUMN), number, observed_date=pl.lit(file.observed_date))


def take_missing(landing: Path, address: LakeAddress) -> Exchanged:
    """Write what the lake holds and this machine lacks as state files of months, out of one snapshot of the lake.

    Raises:
        UsageError: the extra ``lake`` is not installed.
        LakeUnavailable: the lake refused.
        CorruptFile: the lake does not hold all rows of a file it knows.
    """
    n_files = n_rows = 0
    with opened(address) as lake:
        _make_tables(lake)
        lake.execute("begin")
        for kind in KINDS:
            here = {_identity(kind, file.name) for file in landing_files(landing, kind)}
            for batch in _batches(lake, kind, here):
                n_rows += _take(lake, landing, kind, batch)
                n_files += len(batch)
        lake.execute("rollback")
    return Exchanged(n_files, n_rows)


def _batches(lake: duckdb.DuckDBPyConnection, kind: str, here: set[str]) -> Iterator[list[tuple[Folded, str]]]:
    """Yield the files to take, each with its put, in their order and cut by month."""
    found = lake.execute(
        "select name, observed_date, n_rows, metadata, put_id from lake.landing_files where kind = ?"
        " qualify row_number() over (partition by identity order by put_id) = 1",
        [kind],
    ).fetchall()
    lacking = [
        (Folded(name, day, n_rows, json.loads(metadata)), put)
        for name, day, n_rows, metadata, put in found
        if _identity(kind, name) not in here
    ]
    lacking.sort(key=lambda one: _order(one[0]))
    for _, month in groupby(lacking, key=lambda one: one[0].observed_date[:7]):
        files = list(month)
        yield from (files[start : start + BATCH_FILES] for start in range(0, len(files), BATCH_FILES))


def _order(file: Folded) -> tuple[str, str, int]:
    run_id, sequence, _ = file.name.rsplit("-", 2)
    return file.observed_date, run_id, int(sequence)


def _take(lake: duckdb.DuckDBPyConnection, landing: Path, kind: str, batch: Sequence[tuple[Folded, str]]) -> int:
    wanted = pl.DataFrame([(file.name, put) for file, put in batch], schema=["name", "put_id"], orient="row")
    lake.register("wanted_files", wanted.to_arrow())
    columns = ", ".join(f'r."{name}"' for name in (*KINDS[kind], FILE_COLUMN, ROW_COLUMN))
    rows = lake.sql(
        f"select {columns} from lake.landing_{kind} r"
        f" join wanted_files w on w.name = r.{FILE_COLUMN} and w.put_id = r.put_id order by r.{FILE_COLUMN}, r.{ROW_COLUMN}"
    ).pl()
    held = rows.partition_by(FILE_COLUMN, as_dict=True, include_key=False)
    empty = rows.drop(FILE_COLUMN).clear()
    tables = [held.get((file.name,), empty).drop(ROW_COLUMN).cast(pl.Schema(KINDS[kind])) for file, _ in batch]
    for (file, _), table in zip(batch, tables, strict=True):
        if table.height != file.n_rows:
            raise CorruptFile(f"the lake holds {table.height} of {file.n_rows} rows of {file.name}", hint="put it there again")
    folded = [file for file, _ in batch]
    write_folded(landing, kind, folded[0].observed_date[:7], folded, tables)
    return sum(table.height for table in tables)


def care(address: LakeAddress) -> int:
    """Merge small files, drop old snapshots and their files, and delete what killed writers left; return how many were deleted.

    Only when nobody writes: a file that is being written looks like one that was left.
    """
    with opened(address) as lake:
        lake.execute("call ducklake_merge_adjacent_files('lake')")
        lake.execute("call ducklake_expire_snapshots('lake', older_than => now())")
        old = lake.execute("call ducklake_cleanup_old_files('lake', cleanup_all => true)").fetchall()
        left = lake.execute("call ducklake_delete_orphaned_files('lake', cleanup_all => true)").fetchall()
        return len(old) + len(left)


def _make_tables(lake: duckdb.DuckDBPyConnection) -> None:
    """Make the lake's tables in one transaction, unless they are there."""
    if _has_tables(lake):
        return
    try:
        lake.execute("begin")
        lake.execute(f"create table if not exists lake.landing_files ({_FILES})")
        for kind, schema in KINDS.items():
            lake.register("empty_rows", pl.DataFrame(schema=dict(schema)).to_arrow())
            lake.execute(f"create table if not exists lake.landing_{kind} as select *, {_OWN} from empty_rows limit 0")
            lake.execute(f"alter table lake.landing_{kind} set partitioned by (observed_date)")
            lake.unregister("empty_rows")
        lake.execute("commit")
    except duckdb.Error:
        with suppress(duckdb.Error):  # a refused commit has ended the transaction
            lake.execute("rollback")
        if not _has_tables(lake):  # else another writer was first
            raise


def _has_tables(lake: duckdb.DuckDBPyConnection) -> bool:
    found = lake.execute("select count(*) from duckdb_tables() where database_name = 'lake'").fetchall()
    return bool(found[0][0] > len(KINDS))
