"""Releases by name: the local copy first, else the public repository at its commit; other bytes are refused."""

from __future__ import annotations

import hashlib
import threading
from collections.abc import Iterator
from datetime import datetime
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

from pipelines.bulk.observations import releases as module
from pipelines.bulk.observations.choosing import choose
from pipelines.bulk.observations.formats import readers
from pipelines.bulk.observations.releases import Release, ReleaseFile, fetch, releases
from pipelines.bulk.observations.wish import Wish
from warehouse.errors import CorruptFile, HubUnavailable, NotFound, UsageError
from warehouse.landing.schema import KINDS

CONTENT = b"Model Size,Training FLOP,loss\n100,6000,3.0\n"


def invented(path: str = "data/points.csv", content: bytes = CONTENT) -> Release:
    file = ReleaseFile(path, "scaling/points.csv", hashlib.sha256(content).hexdigest(), ("losses",))
    return Release("invented", "acme/points", "c0ffee", datetime(2025, 1, 1), "MIT", "Acme 2025", (file,))


class Silent(SimpleHTTPRequestHandler):
    def log_message(self, format: str, *args: object) -> None:
        pass


@pytest.fixture
def repository(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """A folder served as the public repository would serve it."""
    folder = tmp_path / "served"
    (folder / "acme/points/c0ffee/data").mkdir(parents=True)
    server = ThreadingHTTPServer(("127.0.0.1", 0), partial(Silent, directory=str(folder)))
    monkeypatch.setattr(module, "_RAW", f"http://127.0.0.1:{server.server_port}/{{repository}}/{{commit}}/")
    monkeypatch.setenv("NO_PROXY", "127.0.0.1")
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield folder / "acme/points/c0ffee"
    server.shutdown()
    server.server_close()
    thread.join(timeout=5)


def test_the_registry_tells_everything_of_every_file() -> None:
    for name, release in releases().items():
        assert release.license
        assert release.citation
        assert len(release.repository.split("/")) == 2
        assert all(bool(file.path) != bool(file.gathered) for file in release.files), name
        kinds = {kind for file in release.files for kind in file.kinds}
        assert kinds <= set(KINDS) | {"evaluations"}
        assert all(len(file.sha256) == 64 and file.mirror.startswith(("scaling/", "evals/")) for file in release.files)
        assert all(name in readers(kind) for kind in kinds if kind in KINDS), name


def test_a_local_copy_is_used_and_compared(tmp_path: Path) -> None:
    mirror = tmp_path / "mirror"
    (mirror / "scaling").mkdir(parents=True)
    (mirror / "scaling/points.csv").write_bytes(CONTENT)
    assert fetch(invented(), "losses", mirror=mirror, cache=tmp_path, offline=True) == mirror / "scaling"
    (mirror / "scaling/points.csv").write_bytes(CONTENT + b"100,6000,2.0\n")
    with pytest.raises(CorruptFile, match="checksum differs"):
        fetch(invented(), "losses", mirror=mirror, cache=tmp_path, offline=True)


def test_a_release_is_fetched_once_at_its_commit(repository: Path, tmp_path: Path) -> None:
    (repository / "data/points.csv").write_bytes(CONTENT)
    where = fetch(invented(), "losses", mirror=tmp_path, cache=tmp_path / "cache", offline=False)
    assert (where / "points.csv").read_bytes() == CONTENT
    (repository / "data/points.csv").unlink()
    assert fetch(invented(), "losses", mirror=tmp_path, cache=tmp_path / "cache", offline=True) == where


def test_other_bytes_and_a_missing_file_are_refused(repository: Path, tmp_path: Path) -> None:
    with pytest.raises(HubUnavailable, match="could not fetch"):
        fetch(invented(), "losses", mirror=tmp_path, cache=tmp_path / "cache", offline=False)
    (repository / "data/points.csv").write_bytes(b"something else")
    with pytest.raises(CorruptFile, match="checksum differs"):
        fetch(invented(), "losses", mirror=tmp_path, cache=tmp_path / "cache", offline=False)


def test_nothing_is_fetched_offline_nor_what_nobody_serves(tmp_path: Path) -> None:
    with pytest.raises(HubUnavailable, match="HF_HUB_OFFLINE"):
        fetch(invented(), "losses", mirror=tmp_path, cache=tmp_path, offline=True)
    with pytest.raises(UsageError, match="gathered by hand"):
        fetch(invented(path=""), "losses", mirror=tmp_path, cache=tmp_path, offline=False)
    with pytest.raises(UsageError, match="holds nothing of kind"):
        fetch(invented(), "evaluations", mirror=tmp_path, cache=tmp_path, offline=False)
    with pytest.raises(NotFound, match="no such file or release: nothing") as raised:
        choose(Wish("nothing", "losses"), mirror=tmp_path, cache=tmp_path, offline=True)
    assert "chinchilla" in raised.value.hint
