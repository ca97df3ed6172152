"""A dashboard of the small hub with one hostile model in it; nobody writes to it."""

from __future__ import annotations

from pathlib import Path

import pytest
from hostile_name import HOSTILE
from small_hub import publish, small_hub
from small_hub_rows import SEEN, edge, family, model

from pipelines.dashboard import Site, write_dashboard


@pytest.fixture(scope="session")
def published(tmp_path_factory: pytest.TempPathFactory) -> Path:
    rows = small_hub()
    in_family = {"family_id": HOSTILE, "root_id": HOSTILE}
    rows["models"] += [
        model(HOSTILE, n_children=1, n_descendants=1, **in_family),
        model("evil/child", n_parents=1, **in_family),
    ]
    rows["edges"].append(edge(HOSTILE, "evil/child"))
    rows["families"].append(family(HOSTILE, "no_merges", 900))
    return publish(tmp_path_factory.mktemp("published"), rows)


@pytest.fixture(scope="session")
def site(published: Path, tmp_path_factory: pytest.TempPathFactory) -> Site:
    return write_dashboard(published, tmp_path_factory.mktemp("home") / "dashboard", now=SEEN)
