"""Commands run in this process, far from any network, and a home with something published."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from small_hub import publish, small_hub

from pipelines.cli import main
from pipelines.local_hub.planted import plant
from pipelines.local_hub.serving import RunningHub, running_hub
from pipelines.local_hub.store import HubStore

TOKEN = "hf_" + "Abc123" * 6
"""Has the shape of a token and opens nothing."""


@dataclass(frozen=True)
class Ended:
    """How a command ended and what it wrote."""

    code: int
    out: str
    err: str


class Shell:
    """Runs commands as `hubtree` would, in this process."""

    def __init__(self, capsys: pytest.CaptureFixture[str]) -> None:
        self._capsys = capsys

    def __call__(self, *words: str) -> Ended:
        self._capsys.readouterr()
        with pytest.raises(SystemExit) as ended:
            main(list(words))
        written = self._capsys.readouterr()
        return Ended(int(ended.value.code or 0), written.out, written.err)


@pytest.fixture(autouse=True)
def surroundings(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """A home of its own, nobody's token, and no hub unless a test names one."""
    for name in ("HF_TOKEN", "HUGGING_FACE_HUB_TOKEN", "HF_HUB_OFFLINE", "HUBTREE_THREADS", "HUBTREE_MEMORY_LIMIT"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setattr("huggingface_hub.constants.HF_TOKEN_PATH", str(tmp_path / "no-token"))
    monkeypatch.setenv("HUBTREE_HOME", str(tmp_path / "home"))
    monkeypatch.setenv("HF_ENDPOINT", "http://127.0.0.1:9")
    monkeypatch.setenv("NO_PROXY", "127.0.0.1,localhost")
    monkeypatch.chdir(tmp_path)


@pytest.fixture
def hubtree(capsys: pytest.CaptureFixture[str]) -> Shell:
    return Shell(capsys)


@pytest.fixture
def published(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Path:
    """The small hub, published in the home: the link that readers open."""
    return publish(tmp_path / "home" / "published", small_hub())


@pytest.fixture(scope="session")
def planted_store() -> HubStore:
    hub = plant(200, seed=5)
    return HubStore(hub.records, hub.cards, hub.renames)


@pytest.fixture
def hub(planted_store: HubStore) -> Iterator[RunningHub]:
    with running_hub(planted_store) as running:
        yield running
