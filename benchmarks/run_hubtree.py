"""The measured pipeline: ``python -m benchmarks.run_hubtree import LISTING DATE`` or ``… build [AS_OF]``, in ``HUBTREE_HOME``.

``build`` runs what ``hubtree build`` runs, with a stopwatch round each step; a step that is added to it later counts as other.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Sequence
from datetime import date, datetime
from pathlib import Path

from benchmarks.stages import ANALYSE, CHECK_AND_PUBLISH, MAKE_TABLES
from benchmarks.stopwatch import Stopwatch
from pipelines import steps
from pipelines.settings import Settings


def main(arguments: Sequence[str]) -> None:
    """Run one of the two and tell the stages."""
    settings, watch = Settings.from_environment(), Stopwatch()
    if arguments[0] == "import":
        with watch.stage("import"):
            path, day = Path(arguments[1]), datetime.fromisoformat(arguments[2])
            steps.import_file(settings, path, kind="listing", observed_at=day)
    else:
        for name in (*MAKE_TABLES, *ANALYSE, *CHECK_AND_PUBLISH):
            setattr(steps, name, _timed(watch, name, getattr(steps, name)))
        steps.build(settings, as_of=date.fromisoformat(arguments[1]) if len(arguments) > 1 else None)
    watch.tell(None)


def _timed(watch: Stopwatch, name: str, step: Callable[..., steps.Summary]) -> Callable[..., steps.Summary]:
    def timed(*values: object, **named: object) -> steps.Summary:
        with watch.stage(name):
            return step(*values, **named)

    return timed


if __name__ == "__main__":
    main(sys.argv[1:])
