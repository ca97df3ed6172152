"""`make down`: end the Airflow that `make up` started, and nothing else."""

from __future__ import annotations

import sys

from ops.services import take_down
from ops.terminal import exit_code_of, say
from pipelines.settings import Settings


def main() -> None:
    """Take it down, or say that it is not up."""
    outcomes = take_down(Settings.from_environment().layout)
    if outcomes is None:
        say("Airflow is not up: nothing to end")
        return
    words = {"ended": "ended", "killed": "killed, it did not end in time", "gone": "had ended before"}
    for name, outcome in outcomes:
        say(f"  {name}: {words[outcome]}")
    say("Airflow is down")


if __name__ == "__main__":
    sys.exit(exit_code_of(main))
