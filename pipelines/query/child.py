"""The process that runs one query: reads a request from standard input, writes the result as Parquet and an answer as JSON.

It limits itself before it opens anything, so that a query can't outgrow it even where DuckDB does not count (one huge scalar
value). It imports DuckDB and nothing heavier, because its start is part of every query's time. Called by `pipelines.query.run`.
"""

from __future__ import annotations

import json
import resource
import signal
import sys
import threading
import time
from pathlib import Path
from typing import Any, Final

import duckdb

from pipelines.query.connection import connect_readonly
from pipelines.query.gate import check_statement
from pipelines.query.limits import GRACE_SECONDS, RESULT, Limits, size_in_bytes, too_big, too_slow
from pipelines.query.messages import cut_paths, explain
from pipelines.query.shape import portable
from warehouse.errors import HubtreeError
from warehouse.reading import reading_file

_PROCESS_BYTES: Final = 1024**3
"""Address space of Python and DuckDB themselves, far above what they use (0.25 GB)."""
_THREAD_BYTES: Final = 160 * 1024**2
"""Address space that a thread's stack and allocator arena reserve."""


def main() -> None:
    """Answer the request on standard input."""
    request = json.load(sys.stdin)
    limits = Limits(**request["limits"])
    try:
        _limit_process(limits)
        answer = _run(request, limits)
    except HubtreeError as error:
        answer = _refusal(error)
    except MemoryError:
        answer = _refusal(too_big(limits))
    except Exception as error:  # the last chance to say what happened: the parent only sees how this process ends
        answer = _refusal(HubtreeError(f"the query failed: {cut_paths(repr(error))}", hint="report it, with the query"))
    json.dump(answer, sys.stdout)


def _refusal(error: HubtreeError) -> dict[str, Any]:
    return {"error": {"class": type(error).__name__, "message": str(error), "hint": error.hint}}


def _limit_process(limits: Limits) -> None:
    """Bound this process by the operating system's means: time, address space, processor time, file size, no core file."""
    signal.setitimer(signal.ITIMER_REAL, limits.seconds + GRACE_SECONDS)  # SIGALRM ends it, whatever Python is waiting for
    space = size_in_bytes(limits.memory) * 5 // 4 + _PROCESS_BYTES + limits.threads * _THREAD_BYTES
    processor = int((limits.seconds + GRACE_SECONDS) * limits.threads) + 1
    wanted = {
        resource.RLIMIT_AS: space,
        resource.RLIMIT_CPU: processor,
        resource.RLIMIT_FSIZE: size_in_bytes(limits.spill),
        resource.RLIMIT_CORE: 0,
    }
    for kind, value in wanted.items():
        hard = resource.getrlimit(kind)[1]
        bound = value if hard == resource.RLIM_INFINITY else min(value, hard)
        resource.setrlimit(kind, (bound, hard))


def _run(request: dict[str, Any], limits: Limits) -> dict[str, Any]:
    """Run the query and write its rows, one more than asked for if there are more."""
    scratch, database = Path(request["scratch"]), Path(request["database"])
    connection = connect_readonly(database, limits=limits, scratch=scratch)
    check_statement(connection, request["sql"])
    timer = threading.Timer(limits.seconds, connection.interrupt)
    timer.daemon = True
    timer.start()
    started = time.monotonic()
    try:
        with reading_file(database):
            _write(connection, request, limits, scratch / RESULT)
    except duckdb.InterruptException as error:
        raise too_slow(limits) from error
    except duckdb.OutOfMemoryException as error:
        raise too_big(limits) from error
    except duckdb.Error as error:
        raise explain(error, _tables(connection)) from error
    finally:
        timer.cancel()
    return {"seconds": time.monotonic() - started}


def _write(connection: duckdb.DuckDBPyConnection, request: dict[str, Any], limits: Limits, path: Path) -> None:
    relation = connection.sql(request["sql"], params=request["parameters"] or None)
    if limits.rows:
        relation = relation.limit(limits.rows + 1)
    portable(relation).write_parquet(str(path), compression="snappy")


def _tables(connection: duckdb.DuckDBPyConnection) -> list[str]:
    rows = connection.execute("select table_name from duckdb_tables() where schema_name = 'main' order by 1").fetchall()
    return [row[0] for row in rows]


if __name__ == "__main__":
    main()
