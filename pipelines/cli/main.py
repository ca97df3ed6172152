"""Where the command starts and ends: every error becomes one line, a hint and an exit code."""

from __future__ import annotations

import atexit
import errno
import gc
import io
import logging
import os
import sys
import traceback
from collections.abc import Sequence
from pathlib import Path

import typer
from typer.exceptions import Abort, TyperException

from pipelines.cli import drift, hub, ingest, kin, license, look, scaling, status
from pipelines.cli.output import tell_error
from pipelines.logs import configure, redact
from warehouse.errors import HubtreeError, UsageError
from warehouse.files import no_space

INTERRUPTED = 130
_SEEK_HELP = "hubtree COMMAND --help shows what a command takes"
_WRONG_PATH = {errno.ENOENT, errno.ENOTDIR, errno.EISDIR, errno.ENAMETOOLONG, errno.ELOOP}

app = typer.Typer(
    name="hubtree",
    pretty_exceptions_enable=False,
    rich_markup_mode="rich",
    help="""Family trees of a model hub: crawl, build, ask.

    A first session, offline, against a hub in a box:

        hubtree local-hub --models 500 --port 8765 &
        hubtree crawl --hub http://127.0.0.1:8765
        hubtree build
        hubtree sql "select root_id, n_models from families order by n_models desc limit 5"

    Exit codes: 0 fine, 1 a check failed, 2 wrong usage, 3 hub unavailable or no space, 4 contract or quarantine gate,
    5 locked, 130 interrupted. [--debug] anywhere shows the traceback of an error, [--quiet] silences progress and logs.
    """,
)
ingest.register(app)
look.register(app)
kin.register(app)
license.register(app)
drift.register(app)
status.register(app)
hub.register(app)
scaling.register(app)


def main(arguments: Sequence[str] | None = None) -> None:
    """Run one command and leave with its exit code."""
    atexit.register(gc.freeze)  # a process that ends need not look through all it holds for garbage: that takes a second
    words = list(sys.argv[1:] if arguments is None else arguments)
    debug = "--debug" in words
    if isinstance(sys.stdout, io.TextIOWrapper):
        sys.stdout.reconfigure(errors="replace")  # a terminal of another encoding than UTF-8 shows ? where it has no form
    configure(_log_level(debug=debug, quiet="--quiet" in words))
    sys.exit(_run([word for word in words if word not in ("--debug", "--quiet")], debug=debug))


def _run(words: list[str], *, debug: bool) -> int:
    try:
        _require_text(words)
        # Typer returns the code of a command that ended early; it makes such an end of Ctrl-C too.
        ended = app(words or ["--help"], prog_name="hubtree", standalone_mode=False)
        if ended == INTERRUPTED:
            raise KeyboardInterrupt
    except (Exception, KeyboardInterrupt, SystemExit) as error:
        if _is_reader_gone(error):
            # `hubtree sql … | head`: say nothing, also not while the interpreter closes standard output.
            os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
            return 0
        if isinstance(error, SystemExit) and isinstance(error.code, int):
            return error.code  # the shell asked for completions, and has them
        if debug:
            sys.stderr.write(redact("".join(traceback.format_exception(error))))
        code, message, hint = _explained(error)
        tell_error(message, hint)
        return code
    return ended if isinstance(ended, int) else 0


def _require_text(words: list[str]) -> None:
    """Refuse bytes that are no UTF-8, which neither DuckDB nor Parquet could take."""
    for word in words:
        try:
            word.encode()
        except UnicodeEncodeError as error:
            raise UsageError(f"{word!r} is not UTF-8 text", hint="name files and models in UTF-8") from error


def _log_level(*, debug: bool, quiet: bool) -> int:
    """On a terminal a bar shows progress and only warnings are lines; elsewhere every page and step is a line."""
    if debug:
        return logging.DEBUG
    if quiet:
        return logging.ERROR
    return logging.WARNING if sys.stderr.isatty() else logging.INFO


def _is_reader_gone(error: BaseException) -> bool:
    """Tell a closed pipe: Typer ends the process when it meets one, polars only words it."""
    met = error.__context__ if isinstance(error, SystemExit) else error
    return isinstance(met, BrokenPipeError) or "(os error 32)" in str(met)


def _explained(error: BaseException) -> tuple[int, str, str]:
    """Return exit code, message and hint of an error."""
    match error:
        case HubtreeError():
            return error.exit_code, str(error), error.hint or _SEEK_HELP
        case TyperException():
            return UsageError.exit_code, _in_words(error), _SEEK_HELP
        case KeyboardInterrupt() | Abort():
            return INTERRUPTED, "interrupted", "what was landed stays; the same command goes on from there"
        case OSError() if isinstance(meant := no_space(error, Path(error.filename or "a file")), HubtreeError):
            return meant.exit_code, str(meant), meant.hint
        case OSError() if error.filename and error.errno in _WRONG_PATH:
            return UsageError.exit_code, f"{error.filename}: {error.strerror}", "check the path, and HUBTREE_HOME"
        case _:
            return 1, f"internal error: {type(error).__name__}: {error}", "run it again with --debug"


def _in_words(error: TyperException) -> str:
    """Return what is wrong with a command's words, without the name of the validator that found it."""
    text = error.format_message() if hasattr(error, "format_message") else str(error)
    return text.replace("Value error, ", "")
