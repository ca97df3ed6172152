"""Every statement, write, fsync and rename of a build, its publishing and its extracts fails, once each: `forking` does it."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from collections import Counter
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import pytest
from forking import FOR_GOOD, IN_TURN, MADE, STEPS
from homes import assert_same, assert_tidy, extracted, published_tables, settings_of

from pipelines import steps
from warehouse.paths import Layout

pytestmark = pytest.mark.slow

DRIVER = Path(__file__).with_name("forking.py")
N_COMPLETED = 4
"""Homes left by failures from which the night is gone on with in `make test`; all there are in `make faults`."""
MAY_STAY = "published/.hub."
"""A link that was made and not moved; the next build removes it."""


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """All kinds of failure at once in `make test`, taken in turn; one after the other in `make faults`."""
    if "kind" in metafunc.fixturenames:
        metafunc.parametrize("kind", [*MADE, FOR_GOOD] if metafunc.config.getoption("--every-fault") else [IN_TURN])


@pytest.fixture(scope="module")
def prepared(small_night: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A home with a night that is published and extracted, and another one landed since."""
    home = Path(shutil.copytree(small_night, tmp_path_factory.mktemp("prepared") / "home", symlinks=True))
    steps.write_extracts(settings_of(home), n_largest=2)
    return home


def failed_everywhere(prepared: Path, folder: Path, kind: str, n_completed: int) -> Mapping[str, Any]:
    words = [sys.executable, str(DRIVER), str(prepared), str(folder), kind, str(n_completed)]
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join(path for path in sys.path if path)}
    told = subprocess.run(words, env=environment, capture_output=True, text=True, timeout=5000, check=False)
    assert told.returncode == 0, told.stderr
    return json.loads(told.stdout)  # type: ignore[no-any-return]


@pytest.mark.timeout(6000)
def test_whatever_fails_in_a_build_or_in_extracts_is_told_and_the_night_can_be_gone_on_with(
    prepared: Path, kind: str, every_fault: bool, tmp_path: Path, record_property: Callable[[str, object], None]
) -> None:
    told = failed_everywhere(prepared, tmp_path, kind, 10_000 if every_fault else N_COMPLETED)
    failures, undisturbed = told["failures"], tmp_path / "home"
    record_property("failures injected", len(failures))
    assert len(failures) >= 2_000
    assert {failure["step"] for failure in failures} == set(STEPS)
    assert [failure for failure in failures if failure["ended"] == "code"] == []
    assert [failure for failure in failures if failure["ended"] != "over" and failure["added"]] == []
    left = [(failure["number"], name) for failure in failures for name in failure["temporary"] if not name.startswith(MAY_STAY)]
    assert left == []
    shown = [failure for failure in failures if not failure["is_published_kept"]]
    assert {failure["step"] for failure in shown} <= {"publish", "write_extracts"}
    assert Counter(failure["ended"] for failure in failures)["over"] < len(failures) / 100
    assert_like_undisturbed(tmp_path / "kept", told["completed"], undisturbed)
    assert len(told["completed"]) >= min(N_COMPLETED, told["n_states"])


def assert_like_undisturbed(kept: Path, completed: Mapping[str, str], undisturbed: Path) -> None:
    """The nights that were gone on with ended as if nothing had failed, and every file that has its name is whole."""
    new, extracts = published_tables(Layout(undisturbed)), extracted(undisturbed)
    for number, complaint in completed.items():
        assert complaint == "", number
        layout = Layout(kept / number)
        assert_same(published_tables(layout), new, number)
        assert extracted(layout.home) == extracts, number
        steps.start_build(settings_of(layout.home), build_id="build-next")
        assert_tidy(layout, number)
