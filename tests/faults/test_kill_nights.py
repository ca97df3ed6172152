"""SIGKILL at random moments of whole nights, crawl to extracts: in the end every table is that of nights nobody disturbed."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections import Counter
from collections.abc import Callable
from pathlib import Path

import pytest
from homes import assert_same, assert_tidy, extracted, published_tables, settings_of
from night_killing import TASKS
from soaking import Night, nights

from pipelines import steps
from pipelines.local_hub.serving import running_hub
from pipelines.local_hub.store import HubStore
from warehouse.paths import Layout

pytestmark = pytest.mark.slow

DRIVER = Path(__file__).with_name("night_killing.py")
SEED = 20261122
N_KILLS = 200
"""So many at least in `make faults`, over as many nights as it takes."""
MOST_KILLS, MOST_KILLS_IN_TEST = 12, 3
"""Of one task of one night."""


@pytest.mark.timeout(3600)
def test_nights_killed_at_any_moment_end_as_if_nobody_had_disturbed_them(
    every_fault: bool, tmp_path: Path, record_property: Callable[[str, object], None]
) -> None:
    kills = Counter[str]()
    told = nights(30, SEED)
    first = next(told)
    with running_hub(HubStore(first.records, first.cards, first.renames)) as hub:
        kills.update(killed(hub.endpoint, tmp_path, first, every_fault=every_fault))
        while kills.total() < N_KILLS and every_fault:
            night = next(told)
            hub.swap_store(HubStore(night.records, night.cards, night.renames))
            kills.update(killed(hub.endpoint, tmp_path, night, every_fault=every_fault))
    record_property("processes killed", kills.total())
    assert kills.total() >= len(TASKS) / 2
    assert not every_fault or len(+kills) >= len(TASKS) - 2, "kills of all but the shortest tasks"


def killed(endpoint: str, folder: Path, night: Night, *, every_fault: bool) -> Counter[str]:
    """Tell both homes a night, compare them, and return the kills by task."""
    most = MOST_KILLS if every_fault else MOST_KILLS_IN_TEST
    mode = "full" if night.is_full else "incremental"
    seed = str(SEED + night.at.day)
    words = [sys.executable, str(DRIVER), endpoint, night.at.isoformat(), mode, str(folder), str(most), seed]
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join(path for path in sys.path if path)}
    done = subprocess.run(words, env=environment, capture_output=True, text=True, timeout=1800, check=False)
    assert done.returncode == 0, done.stderr
    undisturbed, struck = Layout(folder / "undisturbed"), Layout(folder / "killed")
    assert_same(published_tables(struck), published_tables(undisturbed), str(night.at))
    assert extracted(struck.home) == extracted(undisturbed.home)
    steps.start_build(settings_of(struck.home), build_id="build-next")  # it removes what killed processes left
    assert_tidy(struck, str(night.at))
    return Counter(json.loads(done.stdout))
