"""What people see of the scripts: plain lines, one line and a hint for an error, the documented exit codes."""

from __future__ import annotations

import atexit
import gc
import os
import signal
import sys
import traceback
from collections.abc import Callable
from typing import NoReturn

from pipelines.logs import redact
from warehouse.errors import HubtreeError

_LAST_LINES = 5


def say(text: str) -> None:
    """Write a line to the terminal at once."""
    sys.stdout.write(text + "\n")
    sys.stdout.flush()


def exit_code_of(main: Callable[[], int | None]) -> int:
    """Call ``main``, turn what it raises into a message, and return the exit code of the process."""
    signal.signal(signal.SIGTERM, _interrupt)
    atexit.register(gc.freeze)  # Airflow leaves a million objects, and looking through them for garbage takes seconds
    try:
        return main() or 0
    except HubtreeError as error:
        say("\n".join(["error:", *(f"  {line}" for line in last_error_lines(error))]))
        return error.exit_code
    except KeyboardInterrupt:
        say("interrupted; the same command goes on from what is there")
        return 130
    except BrokenPipeError:
        # The reader of our output left; keep the interpreter from saying so while it closes.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 1


def last_error_lines(error: BaseException | str | None) -> list[str]:
    """Return what a person reads: message and hint of our own errors, the end of the traceback of others."""
    if isinstance(error, HubtreeError):
        found = [f"{type(error).__name__}: {error}", *([f"hint: {error.hint}"] if error.hint else [])]
    elif isinstance(error, BaseException):
        found = "".join(traceback.format_exception(error)).splitlines()[-_LAST_LINES:]
    else:
        found = [str(error or "no error was recorded")]
    return [redact(line) for line in found]


def _interrupt(*_: object) -> NoReturn:
    raise KeyboardInterrupt
