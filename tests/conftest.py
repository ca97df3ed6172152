"""Fixtures that every room's tests share."""

from __future__ import annotations

import logging
import os
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import settings

from warehouse.paths import Layout

ROOT = Path(__file__).parent.parent

# No test asserts a time, so no example has a deadline either: on a busy machine it would fail by chance.
settings.register_profile("hubtree", deadline=None)
settings.load_profile("hubtree")


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption(
        "--every-fault", action="store_true", help="all failures, kills, nights and clusters (make faults, cluster, ui)"
    )


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Leave what takes minutes to the targets that are there for it."""
    if not config.getoption("--every-fault"):
        for item in items:
            if item.get_closest_marker("whole"):
                item.add_marker(pytest.mark.skip(reason="takes minutes: runs in make faults, make cluster or make ui"))


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Say what the fault tests did, from what each recorded: the figures of docs/reliability.md."""
    sums: Counter[str] = Counter()
    for report in terminalreporter.stats.get("passed", ()):
        sums.update({name: value for name, value in report.user_properties if isinstance(value, int)})
    for name, value in sorted(sums.items()):
        terminalreporter.write_line(f"{name}: {value:,}")


@pytest.fixture(autouse=True)
def _own_logger() -> Iterator[None]:
    """Give the logger back as it was: a command configures it for the whole process."""
    logger = logging.getLogger("hubtree")
    before = (logger.level, logger.propagate, list(logger.handlers))
    yield
    level, logger.propagate, logger.handlers = before
    logger.setLevel(level)


@pytest.fixture
def home(tmp_path: Path) -> Layout:
    """An empty hubtree home."""
    return Layout(tmp_path / "home")


@pytest.fixture(scope="session")
def real_data() -> Path:
    """The folder of recorded data; tests that ask for it skip where it is absent."""
    folder = Path(os.environ.get("HUBTREE_REAL_DATA", ROOT.parent / "shared" / "data"))
    if not folder.is_dir():
        pytest.skip(f"{folder} is not here (HUBTREE_REAL_DATA names the folder of recorded data)")
    return folder
