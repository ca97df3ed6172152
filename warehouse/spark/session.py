"""A Spark session that answers as DuckDB does: one time zone, instants without zones, names as they are written."""

from __future__ import annotations

import os
import shutil
from pathlib import Path
from typing import TYPE_CHECKING

from warehouse.errors import SparkUnavailable, UsageError

if TYPE_CHECKING:
    from pyspark.sql import SparkSession

_MEANING = {
    "spark.sql.session.timeZone": "UTC",
    "spark.sql.timestampType": "TIMESTAMP_NTZ",
    "spark.sql.parquet.outputTimestampType": "TIMESTAMP_MICROS",
    "spark.sql.ansi.enabled": "true",
    "spark.sql.caseSensitive": "true",
    "spark.sql.adaptive.enabled": "true",
}
"""What an answer depends on; everything else (memory, ports, places) is Spark's own configuration."""

_QUIET = {"spark.ui.enabled": "false", "spark.ui.showConsoleProgress": "false", "spark.log.level": "ERROR"}
_PARTITIONS = "spark.sql.shuffle.partitions"


def session_of(master: str) -> SparkSession:
    """Return a session of this process's one Spark driver, begun on first use; tables named in it are seen by no other.

    Raises:
        UsageError: the extra ``spark`` or Java is not installed.
        SparkUnavailable: the cluster did not take the driver.
    """
    try:
        from pyspark.sql import SparkSession
    except ImportError as error:
        raise UsageError("HUBTREE_ENGINE=spark needs PySpark", hint="pip install 'hubtree[spark]'") from error
    if java() is None:
        raise UsageError("HUBTREE_ENGINE=spark needs Java 17 or newer", hint="install a JRE, or set JAVA_HOME")
    builder = SparkSession.builder.master(master).appName("hubtree")
    for name, value in {**_MEANING, **_QUIET}.items():
        builder = builder.config(name, value)
    try:
        session = builder.getOrCreate()
    except Exception as error:
        raise SparkUnavailable(f"no Spark driver for {master}: {first_line(error)}", hint="see that its master runs") from error
    fresh = session.newSession()
    for name, value in _MEANING.items():
        fresh.conf.set(name, value)
    if not session.sparkContext.getConf().contains(_PARTITIONS):
        # Spark's own 200 are for clusters: small tables would be cut into 200 tasks each.
        fresh.conf.set(_PARTITIONS, str(4 * session.sparkContext.defaultParallelism))
    return fresh


def java() -> Path | None:
    """Return the program that runs Spark: of ``JAVA_HOME``, else of the path; None where there is none."""
    if home := os.environ.get("JAVA_HOME"):
        found = Path(home) / "bin" / "java"
        return found if found.is_file() else None
    on_path = shutil.which("java")
    return Path(on_path) if on_path else None


def first_line(error: BaseException) -> str:
    """Return what an error says, without the JVM's stack below it; py4j tells the call first, and the error after a colon."""
    lines = str(error).strip().splitlines()
    told = [line.removeprefix(": ") for line in lines if line.startswith(": ")]
    return next(iter([*told, *lines]), type(error).__name__)
