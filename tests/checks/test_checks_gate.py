"""The gate: what stops publishing, with which error, and what it says."""

from __future__ import annotations

import pytest
from checked_file import CHECKED_AT
from hypothesis import given
from hypothesis import strategies as st

from pipelines.checks import gate
from pipelines.checks.check import SHAPE, Check, Severity
from pipelines.checks.results import Outcome, frame_of, row_of
from warehouse.errors import CheckFailed, ContractViolation

Row = dict[str, object]


def _row(table: str, name: str, severity: Severity, is_passed: bool | None, n_failed: int | None = 0) -> Row:
    check = Check(table, name, severity, "meaning", "expected", "BreakingRows", {}, "select 1")
    return row_of(check, Outcome(is_passed, "what was found", n_failed), n_rows=1000)


def _gate(*rows: Row) -> None:
    gate(frame_of(list(rows), build_id="b1", checked_at=CHECKED_AT))


def test_a_build_without_failures_passes_and_warnings_do_not_stop_it() -> None:
    rows = _row("models", "a", "fail", True), _row("models", "b", "warn", False, 7), _row("models", "c", "warn", None)
    _gate(*rows)  # raises if it stops the build, as it does for the same findings of severity fail
    with pytest.raises(CheckFailed, match="models: b"):
        _gate(rows[0], {**rows[1], "severity": "fail"}, rows[2])


def test_a_failed_check_stops_publishing_and_is_named_with_its_count() -> None:
    with pytest.raises(CheckFailed, match=r"1 of 2 checks failed: edges: key is unique \(1,234 break it\)$") as raised:
        _gate(_row("models", "a", "fail", True), _row("edges", "key is unique", "fail", False, 1234))
    assert raised.value.exit_code == 1
    assert "last good file" in raised.value.hint


def test_a_check_of_a_whole_table_is_named_with_what_was_found() -> None:
    with pytest.raises(CheckFailed, match=r"rows against the published file \(what was found\)"):
        _gate(_row("models", "rows against the published file", "fail", False, None))


@pytest.mark.parametrize("table", ["conservation", "quarantine"])
def test_lost_or_quarantined_rows_are_a_breach_of_contract(table: str) -> None:
    with pytest.raises(ContractViolation) as raised:
        _gate(_row(table, "nothing is lost", "fail", False, 1))
    assert raised.value.exit_code == 4


def test_a_table_of_another_shape_is_a_breach_of_contract() -> None:
    with pytest.raises(ContractViolation):
        _gate(_row("models", SHAPE, "fail", False, 1))


def test_a_check_of_severity_fail_that_could_not_be_run_stops_publishing() -> None:
    with pytest.raises(ContractViolation, match="what was found"):
        _gate(_row("models", "key is unique", "fail", None, None))


def test_breaches_of_contract_are_named_first_and_the_rest_is_counted() -> None:
    failing = [_row("edges", f"check {number}", "fail", False, 1) for number in range(4)]
    with pytest.raises(
        ContractViolation, match=r"6 of 6 .*: models: columns.*; runs: columns.*; edges: check 0.*; and 3 more$"
    ):
        _gate(*failing, _row("models", SHAPE, "fail", False, 1), _row("runs", SHAPE, "fail", False, 1))


_rows = st.builds(
    _row,
    st.sampled_from(["models", "conservation"]),
    st.uuids().map(str),
    st.sampled_from(["fail", "warn"]),
    st.sampled_from([True, False, None]),
    st.none() | st.integers(0, 9),
)


@given(st.lists(_rows, max_size=6))
def test_the_gate_opens_exactly_when_every_check_of_severity_fail_passed(rows: list[Row]) -> None:
    stops = any(row["severity"] == "fail" and row["is_passed"] is not True for row in rows)
    if stops:
        with pytest.raises((CheckFailed, ContractViolation)):
            _gate(*rows)
    else:
        _gate(*rows)
