"""Expectations of Great Expectations as objects, with the one it does not bring; importing this module imports it."""

from __future__ import annotations

import functools
import logging
import re
from typing import Any, ClassVar, Final

import great_expectations.expectations as gxe
from great_expectations.compatibility import pydantic
from great_expectations.expectations.core.unexpected_rows_expectation import UnexpectedRowsExpectation

from pipelines.checks.check import BREAKING_ROWS, Check

_PARAMETER: Final = re.compile(r"(?<![:\w\\]):(?=\w)")


class BreakingRows(UnexpectedRowsExpectation):
    """A query over the whole file selects nothing.

    The parent fetches sample rows with a second query and prints a warning about queries that look beyond one table; the rules
    of the contract do look beyond, and samples are only worth a query when a check fails.
    """

    metric_dependencies: ClassVar[tuple[str, ...]] = ("unexpected_rows_query.row_count",)

    @pydantic.validator("unexpected_rows_query", allow_reuse=True)
    def _validate_query(cls, query: str) -> str:
        return query

    def _validate(self, metrics: dict[str, Any], *_: object, **__: object) -> dict[str, Any]:
        n_breaking = metrics["unexpected_rows_query.row_count"]
        return {"success": n_breaking == 0, "result": {"unexpected_count": n_breaking}}


def expectation_of(check: Check) -> Any:
    """Return the Great Expectations object of a check, which carries the check's name in its metadata."""
    severity = {"fail": "critical", "warn": "warning"}[check.severity]
    kind = _remembering(BreakingRows if check.expectation == BREAKING_ROWS else getattr(gxe, check.expectation))
    return kind(**_escaped(check), severity=severity, meta={"check": check.name})


@functools.cache
def _remembering(kind: Any) -> Any:
    """Return the expectation with a configuration that is made once an object.

    Great Expectations makes it anew sixty times a check, a quarter of its time; none of our objects changes. It finds classes
    by their names, so this one takes the place of the one it extends.
    """

    def configuration(self: Any) -> Any:
        if self._made is None:
            self._made = kind.configuration.fget(self)
        return self._made

    logging.getLogger("great_expectations.expectations.registry").setLevel(logging.ERROR)  # it warns of a name taken twice
    body = {"__module__": __name__, "_made": pydantic.PrivateAttr(default=None), "configuration": property(configuration)}
    return type(kind)(kind.__name__, (kind,), body)


def _escaped(check: Check) -> dict[str, Any]:
    arguments = dict(check.arguments)
    if check.expectation == BREAKING_ROWS:
        arguments["unexpected_rows_query"] = _escape(str(arguments["unexpected_rows_query"]))
    return arguments


def _escape(query: str) -> str:
    """Escape what the query's two carriers would read as their own: braces of str.format, ``:name`` of SQLAlchemy.

    The line end keeps a comment at the end of the query from swallowing the bracket that Great Expectations puts behind it.
    """
    return _PARAMETER.sub(r"\\:", query.replace("{", "{{").replace("}", "}}")) + "\n"
