"""Running a query of a person: in a child process that can be killed, so that no query outlives or outgrows its limits."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import tempfile
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, Final

import polars as pl

from pipelines.query.instants import with_strange_days_as_text
from pipelines.query.limits import GRACE_SECONDS, RESULT, Limits, too_big, too_slow
from warehouse import errors
from warehouse.files import no_space
from warehouse.reading import resolve_published

_ROOT: Final = Path(__file__).parents[2]
"""Where the packages lie, in a checkout and in an installed environment alike."""

_START_SECONDS: Final = 10
"""What a child may need to start on a busy machine, beyond the query's own time."""

Parameters = Mapping[str, object] | Sequence[object]


@dataclass(frozen=True)
class QueryResult:
    """A query's rows, whether the row limit cut them, and how long DuckDB worked on them."""

    frame: pl.DataFrame
    is_truncated: bool
    seconds: float


def run_query(database: Path, sql: str, *, limits: Limits | None = None, parameters: Parameters = ()) -> QueryResult:
    """Run one SELECT over the published file.

    Args:
        database: the published file, or the link to it.
        sql: one statement; see `pipelines.query.gate`.
        limits: defaults to 1,000 rows, 30 seconds and 2 GB.
        parameters: values for ``$name`` or ``?``; text, numbers, booleans and null.

    Returns:
        The rows in the query's order. Repeated column names are numbered; types that Parquet lacks come as text.

    Raises:
        NotFound: nothing is published, or the query names an unknown table.
        UsageError: the statement is refused, wrong, or reached its time or memory limit.
        Locked: a process holds the file for writing.
        CorruptFile: it is no DuckDB file, or a damaged one.
        NoSpace: the temporary folder is full.
    """
    limits = limits or Limits()
    path = resolve_published(database)
    with _scratch() as scratch:
        request = {"database": str(path), "sql": sql, "scratch": scratch, "limits": asdict(limits), "parameters": parameters}
        answer = _answer(request, limits)
        frame = pl.read_parquet(Path(scratch) / RESULT, memory_map=False)
    is_truncated = bool(limits.rows) and frame.height > limits.rows
    shown = with_strange_days_as_text(_narrowed(frame.head(limits.rows) if is_truncated else frame))
    return QueryResult(shown, is_truncated, answer["seconds"])


def _scratch() -> tempfile.TemporaryDirectory[str]:
    """Return a private folder for spilling and for the result; it is removed with all its files."""
    try:
        return tempfile.TemporaryDirectory(prefix="hubtree-query-")
    except OSError as error:
        raise no_space(error, Path(tempfile.gettempdir())) from error


def _answer(request: Mapping[str, object], limits: Limits) -> dict[str, Any]:
    """Let a child answer the request; it is gone when this returns or raises."""
    child = subprocess.Popen(
        [sys.executable, "-P", "-m", "pipelines.query.child"],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        env=_environment(str(request["scratch"])),
        start_new_session=True,
    )
    try:
        output, _ = child.communicate(json.dumps(request).encode(), timeout=limits.seconds + GRACE_SECONDS + _START_SECONDS)
    except subprocess.TimeoutExpired as error:
        raise too_slow(limits) from error
    finally:
        child.kill()
        child.wait()
    return _read_answer(output, child.returncode, limits)


def _environment(scratch: str) -> dict[str, str]:
    """Return an environment without secrets, whose home is the scratch folder."""
    return {"PYTHONPATH": str(_ROOT), "HOME": scratch, "LANG": "C.UTF-8", "PATH": os.defpath}


def _read_answer(output: bytes, code: int, limits: Limits) -> dict[str, Any]:
    """Return the child's answer, or raise what it says, or what its end says."""
    if code in {-signal.SIGALRM, -signal.SIGXCPU}:
        raise too_slow(limits)
    if code != 0 or not output:  # an allocation that nobody caught, or the kernel's out-of-memory killer
        raise too_big(limits)
    answer: dict[str, Any] = json.loads(output)
    if "error" in answer:
        kind = getattr(errors, answer["error"]["class"])
        raise kind(answer["error"]["message"], hint=answer["error"]["hint"])
    return answer


def _narrowed(frame: pl.DataFrame) -> pl.DataFrame:
    """Turn whole decimals that stand for 128-bit integers into 64-bit integers where every value fits."""
    wide = [name for name, kind in frame.schema.items() if kind == pl.Decimal(38, 0)]
    narrow = frame.select(pl.col(wide).cast(pl.Int64, strict=False))
    fits = [name for name in wide if narrow[name].null_count() == frame[name].null_count()]
    return frame.with_columns(narrow[name] for name in fits)
