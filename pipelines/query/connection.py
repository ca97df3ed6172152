"""The hardened read-only connection: one file, no other file, no network, no extension, no settings.

The promise is "read-only for colleagues", never "safe for the internet". Permissions of the operating system are the real
guard; the publisher makes the file read-only.
"""

from __future__ import annotations

from pathlib import Path
from typing import Final

import duckdb

from pipelines.query.limits import Limits
from warehouse.reading import reading_file, resolve_published

_Config = dict[str, str | bool | int | float | list[str]]

_LOCKS: Final = (
    # `max_temp_directory_size` is only enforced when it is set after opening, so `connect_readonly` sends it before these.
    "set python_enable_replacements = false",
    "set autoinstall_known_extensions = false",
    "set autoload_known_extensions = false",
    "set enable_external_access = false",
    "set lock_configuration = true",  # last: nothing can be set after it
)


def connect_readonly(database: Path, *, limits: Limits, scratch: Path | None = None) -> duckdb.DuckDBPyConnection:
    """Open a published file so that SQL can read its tables and nothing else.

    Args:
        database: the published file, or the link to it.
        limits: memory, spill room and threads are applied here; rows and seconds are not.
        scratch: a private folder for spilling. SQL can read and write in it, so it must hold nothing else. Without one,
            a query that does not fit into memory ends with an error.

    Raises:
        NotFound: nothing was published there.
        Locked: a process holds the file for writing.
        CorruptFile: it is no DuckDB file.
    """
    path = resolve_published(database)
    config: _Config = {"memory_limit": limits.memory, "threads": limits.threads, "temp_directory": str(scratch or "")}
    with reading_file(path):
        connection = duckdb.connect(str(path), read_only=True, config=config)
    connection.execute("set max_temp_directory_size = $size", {"size": limits.spill})
    connection.execute("set TimeZone = 'UTC'")
    connection.execute("set enable_progress_bar = false")
    for statement in _LOCKS:
        connection.execute(statement)
    return connection
