"""Reading the published file: find it behind its link, and say plainly why it can't be read."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import date
from pathlib import Path
from typing import Final

from warehouse.errors import CorruptFile, HubtreeError, Locked, NoSpace, NotFound, UsageError
from warehouse.paths import Layout


def find_database(layout: Layout, *, as_of: date | None = None) -> Path:
    """Return the published file of a home, or that of an earlier day.

    Raises:
        NotFound: nothing has been published yet, or not of that day.
    """
    if as_of is not None:
        earlier = layout.database_of(as_of)
        if not earlier.is_file():
            raise NotFound(f"what was known on {as_of} is not built yet", hint=f"run hubtree build --as-of {as_of} first")
        return earlier
    if not layout.database.exists():
        raise NotFound(f"nothing is published in {layout.published}", hint="run hubtree build (or make run) first")
    return layout.database.resolve()


def resolve_published(database: Path) -> Path:
    """Return the build-named file that the link ``database`` points at.

    A process that opens the link's own name again after a new build was published would see the old content, so everyone
    opens the resolved name.

    Raises:
        NotFound: nothing was published there.
    """
    if not database.is_file():
        raise NotFound(
            f"no published file {database.name} in {database.parent}",
            hint="run `hubtree build` first, or point HUBTREE_HOME at a home that has one",
        )
    return database.resolve()


@contextmanager
def reading_file(path: Path) -> Iterator[None]:
    """Translate what DuckDB says when a published file can't be opened or read, or its results not be written.

    Other errors of DuckDB, such as those of a wrong query, pass as they are.

    Raises:
        Locked: a process holds the file for writing.
        NoSpace: there is no room for what is spilled or written.
        CorruptFile: it is no DuckDB file that this version reads, a block of it is damaged, or a log lies beside it.
        UsageError: the operating system does not let it be opened.
    """
    import duckdb

    if write_ahead_log(path).exists():
        raise _written_to(path)
    try:
        yield
    except (duckdb.IOException, duckdb.SerializationException) as error:
        told = _told_apart(path, str(error))
        if told is None:
            raise
        raise told from error


def write_ahead_log(path: Path) -> Path:
    """Return where the log of a DuckDB file lies while somebody writes to it, or after he died.

    Published files have none. DuckDB 1.5 plays one that lies there into the file in memory, even when it reads only, so
    that readers would see what was never published.
    """
    return path.with_name(f"{path.name}.wal")


def _written_to(path: Path) -> HubtreeError:
    hint = "end the process that writes to it, delete the log, and run `hubtree build` to publish a fresh file"
    return CorruptFile(f"somebody wrote to {path.name}: a write-ahead log lies beside it", hint=hint, path=path)


def _told_apart(path: Path, text: str) -> HubtreeError | None:
    """Choose the error by DuckDB's words; its own classes do not tell these cases apart."""
    words = text.lower()
    for said, make in _CASES:
        if any(part in words for part in said):
            return make(path)
    return None


def _locked(path: Path) -> HubtreeError:
    return Locked(f"{path.name} is held by another process for writing", hint="wait for it, and try again", path=path)


def _no_space(path: Path) -> HubtreeError:
    hint = "free some space, there and in the temporary folder (TMPDIR)"
    return NoSpace(f"no space left for what is read from {path.name}", hint=hint, path=path)


def _closed(path: Path) -> HubtreeError:
    return UsageError(f"{path.name} may not be opened", hint="check the permissions of the file and its folder", path=path)


def _corrupt(path: Path) -> HubtreeError:
    hint = "run `hubtree build` again to publish a fresh file"
    return CorruptFile(f"{path.name} is damaged, or no DuckDB file that this version reads", hint=hint, path=path)


_CASES: Final[tuple[tuple[tuple[str, ...], Callable[[Path], HubtreeError]], ...]] = (
    (("could not set lock",), _locked),
    (("no space left", "file too large", "could not write"), _no_space),
    (("permission denied",), _closed),
    (("corrupt", "checksum", "could not read", "not a valid duckdb", "version number"), _corrupt),
)
"""Words of DuckDB 1.5.5, the first that fits decides; `tests/query` and `tests/extract` hold a case of each."""
