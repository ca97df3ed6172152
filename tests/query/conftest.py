"""A published file for the tests of queries."""

from __future__ import annotations

from pathlib import Path

import pytest
from small_hub import publish, small_hub


@pytest.fixture(scope="session")
def published(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The link to a small published file; nobody writes to it."""
    return publish(tmp_path_factory.mktemp("published"), small_hub())
