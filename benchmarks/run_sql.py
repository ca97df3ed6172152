"""The measured queries: ``python -m benchmarks.run_sql DATABASE TIMES`` asks every question of the cookbook so many times.

All through one hardened connection, as within one process of a person; every result is fetched as a frame.
"""

from __future__ import annotations

import sys
import time
from pathlib import Path
from statistics import median

from benchmarks.stopwatch import Stopwatch
from pipelines.query.connection import connect_readonly
from pipelines.query.cookbook import recipes
from pipelines.query.limits import Limits


def main(database: Path, times: int) -> None:
    """Tell the first and the median wall seconds of each question."""
    watch, told = Stopwatch(), {}
    with watch.stage("open"):
        connection = connect_readonly(database, limits=Limits())
    with watch.stage("ask"):
        for recipe in recipes():
            seconds = []
            for _ in range(times):
                started = time.perf_counter()
                connection.execute(recipe.sql).pl()
                seconds.append(time.perf_counter() - started)
            told[recipe.name] = (seconds[0], median(seconds))
    watch.tell(told)


if __name__ == "__main__":
    main(Path(sys.argv[1]), int(sys.argv[2]))
