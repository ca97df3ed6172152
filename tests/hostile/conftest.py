"""What the hostile tests share: nobody's token, no proxy, and the scripted server and clients of the crawler's tests."""

from __future__ import annotations

import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from pipelines.crawl.client import HubClient, Limits
from pipelines.crawl.retry import RetryPolicy

for room in ("crawl", "builder"):  # scripted hubs and landing in a few words are written once, there
    sys.path.append(str(Path(__file__).parents[1] / room))


@pytest.fixture(autouse=True)
def no_token(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """Tests speak to the loopback only, and as nobody unless they say so."""
    for name in ("HF_TOKEN", "HUGGING_FACE_HUB_TOKEN", "HTTP_PROXY", "http_proxy", "ALL_PROXY", "all_proxy"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setattr("huggingface_hub.constants.HF_TOKEN_PATH", str(tmp_path / "no-token"))
    monkeypatch.setenv("NO_PROXY", "127.0.0.1,localhost")


@pytest.fixture
def patient() -> Callable[..., HubClient]:
    """Makes clients that retry at once; keywords are those of `Limits`."""

    def make(endpoint: str, *, tries: int = 3, **limits: float) -> HubClient:
        return HubClient(endpoint, limits=Limits(retries=RetryPolicy(tries, tries, 0.002, 0.02), **limits))

    return make


@pytest.fixture
def landing(tmp_path: Path) -> Path:
    return tmp_path / "landing"
