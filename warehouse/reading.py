"""Opening the published file for reading: find it behind its link, and say plainly why it can't be opened."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from warehouse.errors import CorruptFile, HubtreeError, Locked, NotFound


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
def opening(path: Path) -> Iterator[None]:
    """Translate what DuckDB says when a file can't be opened.

    Raises:
        Locked: a process holds the file for writing.
        CorruptFile: it is no DuckDB file that this version reads.
    """
    import duckdb

    try:
        yield
    except (duckdb.IOException, duckdb.SerializationException, duckdb.InternalException) as error:
        raise _unopened(path, str(error)) from error


def _unopened(path: Path, text: str) -> HubtreeError:
    if "could not set lock" in text.lower():
        return Locked(f"{path.name} is held by another process for writing", hint="wait for it, and try again", path=path)
    hint = "run `hubtree build` again to publish a fresh file"
    return CorruptFile(f"{path.name} is not a DuckDB file that this version reads", hint=hint, path=path, found=text)
