"""The error tree: what went wrong, what to do next, and with which exit code a command ends.

Exit codes: 0 fine, 1 a check failed, 2 wrong usage, 3 upstream unavailable or no space, 4 contract or quarantine gate,
5 locked, 130 interrupted. Whoever raises says what was found, what was expected and where; ``hint`` names the next action.
"""

from __future__ import annotations


class HubtreeError(Exception):
    """An error that a user reads: one line, a hint, an exit code, and attributes for the log."""

    exit_code = 1

    def __init__(self, message: str, *, hint: str = "", **attributes: object) -> None:
        super().__init__(message)
        self.hint = hint
        self.attributes = attributes


class TransientError(HubtreeError):
    """Worth a retry later: connection, rate limit, server error."""

    exit_code = 3


class TerminalError(HubtreeError):
    """A retry changes nothing: wrong input, wrong token, broken file."""

    exit_code = 2


class UsageError(TerminalError):
    """The command's words or the input's form are wrong."""


class HubUnavailable(TransientError):
    """The hub did not answer, or asked to come back later than a run can wait."""


class LakeUnavailable(TransientError):
    """The shared landing zone did not answer, or could not end a transaction."""


class StorageUnavailable(TransientError):
    """The object storage did not answer, or refused."""


class SparkUnavailable(TransientError):
    """The Spark cluster did not answer, or could not end a query."""


class HubRefused(TerminalError):
    """The hub answered, and the answer is no (bad token, unknown endpoint)."""

    exit_code = 3


class NoSpace(TerminalError):
    """The disk or the folder refused a write; nothing half-written is visible."""

    exit_code = 3


class CorruptFile(TerminalError):
    """A file does not hold what its name or its checksum promises."""

    exit_code = 4


class ContractViolation(TerminalError):
    """A table does not keep the contract, so nothing is published."""

    exit_code = 4


class CheckFailed(TerminalError):
    """A data check of severity fail did not pass; the last good file stays."""

    exit_code = 1


class Locked(TransientError):
    """Another process holds the lock; its host and process are in the message."""

    exit_code = 5


class NotFound(UsageError):
    """The thing asked for (a model, a table, a published file) does not exist."""
