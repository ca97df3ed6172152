"""An audit that audited nothing never looks like a clean one."""

from __future__ import annotations

import subprocess
from types import SimpleNamespace
from typing import Any

from ops import audit

CLEAN = {"name": "finch", "version": "1.0", "vulns": []}
HOLED = {"name": "wren", "version": "2.0", "vulns": [{"id": "BIRD-1", "fix_versions": ["2.1"]}, {"id": "BIRD-2"}]}
SKIPPED = {"name": "owl", "skip_reason": "not found"}


def test_advisories_are_named_with_the_version_that_fixes_them() -> None:
    lines, code = audit.verdict("pypi", {"dependencies": [CLEAN, HOLED]})
    assert code == audit.FOUND
    assert lines == [
        "wren 2.0: BIRD-1, fixed in 2.1",
        "wren 2.0: BIRD-2, fixed in none yet",
        "pypi: 2 packages audited, 2 advisories",
    ]


def test_what_a_service_does_not_know_is_not_called_clean() -> None:
    lines, code = audit.verdict("pypi", {"dependencies": [CLEAN, SKIPPED]})
    assert code == 0
    assert lines == ["not audited, because pypi does not know them: owl", "pypi: 1 packages audited, 0 advisories"]


def test_nothing_audited_is_its_own_outcome() -> None:
    for report in (None, {}, {"dependencies": []}, {"dependencies": [SKIPPED]}):
        assert audit.verdict("osv", report)[1] == audit.NOT_AUDITED


def test_an_audit_that_ends_without_a_report_has_none() -> None:
    def hangs(command: Any, **_: Any) -> Any:
        raise subprocess.TimeoutExpired(command, 1)

    for outcome in (
        hangs,
        lambda command, **_: SimpleNamespace(stdout="no route"),
        lambda command, **_: SimpleNamespace(stdout="[]"),
    ):
        assert audit.ask("pypi", outcome) is None


def test_all_versions_of_the_lock_are_asked_after_and_nothing_is_installed() -> None:
    asked: list[str] = []

    def answer(command: list[str], **_: Any) -> Any:
        asked.extend(command)
        return SimpleNamespace(stdout='{"dependencies": []}')

    assert audit.ask("pypi", answer) == {"dependencies": []}
    assert {str(audit.LOCK), "--no-deps", "--disable-pip"} <= set(asked)
