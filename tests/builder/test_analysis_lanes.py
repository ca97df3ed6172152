"""Measurements side by side: the first error ends the step, and what has not begun is not measured in vain."""

from __future__ import annotations

import time
from pathlib import Path
from unittest import mock

import pytest

from pipelines.builder import analysis
from pipelines.builder.folder import BuildFolder
from pipelines.clock import now
from pipelines.settings import Settings
from warehouse.errors import NotFound


@pytest.mark.parametrize("threads", [1, 2])
def test_after_an_error_nothing_more_is_begun(tmp_path: Path, threads: int) -> None:
    settings = Settings.from_environment({"HUBTREE_HOME": str(tmp_path), "HUBTREE_THREADS": str(threads)})
    begun: list[int] = []

    def fails(*_: object) -> dict[str, int]:
        raise NotFound("no such table")

    def lasts(*_: object) -> dict[str, int]:
        begun.append(len(begun))
        time.sleep(0.05)  # all of them would take seconds
        return {}

    measurements = (fails, *[lasts] * 200)
    with mock.patch.object(analysis, "_MEASUREMENTS", measurements), pytest.raises(NotFound, match="no such table"):
        analysis.write_analysis(BuildFolder(tmp_path, now(), None, {}), settings)
    assert len(begun) < 200
