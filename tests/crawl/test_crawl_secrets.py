"""No secret is written, nobody else's door is knocked at, and offline means offline."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import polars as pl
import pytest
from crawl_nights import NIGHT_1, landed
from crawl_scripted_hub import Reply, error, page, scripted_hub

from pipelines.crawl.cards import fetch_cards
from pipelines.crawl.changes import changed_cards
from pipelines.crawl.client import HubClient, user_agent
from pipelines.crawl.listing import crawl_listing
from pipelines.crawl.lock import crawler_lock
from pipelines.crawl.request import ListingRequest
from pipelines.crawl.visits import CardRequest
from pipelines.settings import Settings
from warehouse.errors import HubtreeError, HubUnavailable, Locked
from warehouse.landing.files import landing_files

Client = Callable[..., HubClient]
TOKEN = "hf_" + "PlantedTokenOfTheTests42"


def everything_written(folder: Path) -> str:
    """All bytes below a folder, and the text of all rows and metadata, which are compressed."""
    texts = [path.read_bytes().decode("latin-1") for path in folder.rglob("*") if path.is_file()]
    for path in folder.rglob("*.parquet"):
        rows = pl.read_parquet(path, hive_partitioning=False)
        texts += [str(rows.to_dicts()), str(pl.read_parquet_metadata(path))]
    return "\n".join(texts)


def test_the_token_goes_to_the_hub_and_nowhere_else(
    landing: Path, client: Client, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    """The hub is so unkind as to repeat the token wherever it can."""
    caplog.set_level("DEBUG")
    monkeypatch.setenv("HF_TOKEN", TOKEN)
    echo = {"X-Request-Id": TOKEN, "X-HF-Warning": f"topic; do not use {TOKEN}", "ETag": f'"{TOKEN}"'}

    def script(n: int, path: str) -> Reply:
        if n == 0:
            return error(500, f"you sent Bearer {TOKEN}", **echo)
        if path.startswith("/api/"):
            return page("a/b", "a/c", **echo)
        return error(403, f"{TOKEN} is not admitted", X_Error_Code="GatedRepo") if "/a/c/" in path else error(418, TOKEN)

    with scripted_hub(script) as hub:
        crawl_listing(client(hub.endpoint), landing, ListingRequest("full"), started_at=NIGHT_1)
        fetch_cards(client(hub.endpoint), landing, changed_cards(landing, "all"), started_at=NIGHT_1)
    assert {asked.headers["authorization"] for asked in hub.asked} == {f"Bearer {TOKEN}"}
    assert len(landed(landing, "cards")) == 2
    assert TOKEN not in everything_written(landing)
    assert TOKEN not in "\n".join(record.getMessage() for record in caplog.records if record.name.startswith("hubtree"))


def test_no_error_repeats_the_token(landing: Path, client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HF_TOKEN", TOKEN)
    for status in (400, 401, 403, 404, 500):
        with scripted_hub(lambda n, path, status=status: error(status, f"no {TOKEN}")) as hub:
            with pytest.raises(HubtreeError) as caught:
                crawl_listing(client(hub.endpoint, tries=2), landing, ListingRequest("full"), started_at=NIGHT_1)
            assert TOKEN not in f"{caught.value!r} {caught.value.hint} {caught.value.attributes} {caught.value.__dict__}"


def test_without_a_token_none_is_sent(landing: Path, client: Client) -> None:
    with scripted_hub(lambda n, path: page("a/b")) as hub:
        crawl_listing(client(hub.endpoint), landing, ListingRequest("full"), started_at=NIGHT_1)
    assert "authorization" not in hub.asked[0].headers


def test_offline_by_setting_opens_no_socket(landing: Path, client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*args: object) -> None:
        raise AssertionError("a socket was opened")

    monkeypatch.setattr(socket.socket, "connect", refuse)
    hub = client("http://127.0.0.1:9", offline=True)
    for run in (
        lambda: crawl_listing(hub, landing, ListingRequest("full"), started_at=NIGHT_1),
        lambda: fetch_cards(hub, landing, [CardRequest(None, "a/b", None)], started_at=NIGHT_1),
    ):
        with pytest.raises(HubUnavailable, match="HF_HUB_OFFLINE"):
            run()
    assert landing_files(landing, "listing") == landing_files(landing, "cards") == []


def test_the_librarys_own_offline_switch_holds_too(landing: Path) -> None:
    """It is read when the library is imported, so a process of its own is needed."""
    code = (
        "import sys; from datetime import datetime; from pathlib import Path\n"
        "from pipelines.crawl.client import HubClient; from pipelines.crawl.listing import crawl_listing\n"
        "from pipelines.crawl.request import ListingRequest\n"
        "crawl_listing(HubClient(sys.argv[1]), Path(sys.argv[2]), ListingRequest('full'), started_at=datetime(2026, 12, 1))\n"
    )
    path = os.pathsep.join(folder for folder in sys.path if folder)
    with scripted_hub(lambda n, path: page("a/b")) as hub:
        done = subprocess.run(
            [sys.executable, "-c", code, hub.endpoint, str(landing)],
            env={**os.environ, "HF_HUB_OFFLINE": "1", "PYTHONPATH": path},
            capture_output=True,
            text=True,
            timeout=60,
            check=False,
        )
    assert "HubUnavailable: offline" in done.stderr
    assert hub.asked == []


def test_a_second_crawler_is_told_who_is_first(landing: Path, client: Client) -> None:
    with crawler_lock(landing), scripted_hub(lambda n, path: page("a/b")) as hub:
        for run in (
            lambda: crawl_listing(client(hub.endpoint), landing, ListingRequest("full"), started_at=NIGHT_1),
            lambda: fetch_cards(client(hub.endpoint), landing, [], started_at=NIGHT_1),
        ):
            with pytest.raises(Locked, match=f"process {os.getpid()} on {socket.gethostname()}") as caught:
                run()
            assert caught.value.exit_code == 5
    assert hub.asked == []


def test_the_lock_of_a_dead_process_is_free(landing: Path) -> None:
    code = (
        "import os, sys; from pathlib import Path; from pipelines.crawl.lock import crawler_lock\n"
        "with crawler_lock(Path(sys.argv[1])): os.kill(os.getpid(), 9)\n"
    )
    path = os.pathsep.join(folder for folder in sys.path if folder)
    subprocess.run([sys.executable, "-c", code, str(landing)], env={**os.environ, "PYTHONPATH": path}, timeout=60, check=False)
    assert (landing / ".crawl.lock").exists()
    with crawler_lock(landing):
        pass


def test_the_lock_is_free_after_an_error(landing: Path) -> None:
    with pytest.raises(ValueError, match="odd"), crawler_lock(landing):
        raise ValueError("odd")
    with crawler_lock(landing):
        pass


def test_a_contact_can_not_break_out_of_its_header() -> None:
    assert user_agent("").count("(") == 0
    assert user_agent("me@example.org\r\nX-Evil: 1 (ü)").endswith("(me@example.orgX-Evil: 1 )")


def test_the_client_is_made_from_the_settings() -> None:
    settings = Settings.from_environment({"HF_ENDPOINT": "https://hub.example/", "HF_HUB_OFFLINE": "1"})
    hub = HubClient.from_settings(settings)
    assert hub.endpoint == "https://hub.example"
    with pytest.raises(HubUnavailable):
        hub.get("https://hub.example/api/models", lambda answer: answer, bucket="api")
