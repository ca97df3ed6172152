"""@huggingface/hub from npm as an independent client of the embedded hub: written by others, from the same API."""

from __future__ import annotations

import json
import shutil
import subprocess
from pathlib import Path
from typing import Any

import pytest
from invented_hub import CARD, record, store_of

from pipelines.local_hub.faults import FaultPlan
from pipelines.local_hub.serving import running_hub
from warehouse.landing.blobs import git_blob_id

SOURCES = Path(__file__).parent / "js"
N_MODELS = 1_200
"""More than two of the client's pages of 500."""


@pytest.fixture(scope="session")
def installed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The client and its script in a folder of their own, as the lock file says."""
    if shutil.which("node") is None or shutil.which("npm") is None:
        pytest.skip("node and npm are not here, so the JavaScript client can't be run")
    folder = tmp_path_factory.mktemp("js")
    for name in ("package.json", "package-lock.json", "client.mjs"):
        shutil.copy(SOURCES / name, folder / name)
    command = ["npm", "ci", "--no-audit", "--no-fund", "--ignore-scripts", "--omit=optional"]
    done = subprocess.run(command, cwd=folder, capture_output=True, text=True, timeout=300, check=False)
    if done.returncode:
        pytest.skip(f"npm ci could not install the JavaScript client: {done.stderr.strip().splitlines()[-1:]}")
    return folder


@pytest.fixture(scope="session")
def seen(installed: Path) -> dict[str, Any]:
    """What the client saw of a hub with the special models of the other tests and enough plain ones for three pages."""
    special = [
        record(N_MODELS, id="maker0/gated", gated="manual"),
        record(N_MODELS + 1, id="maker0/disabled", disabled=True),
        record(N_MODELS + 2, id="maker0/new-name"),
    ]
    cards = {"maker1/model-1": CARD, "maker0/new-name": CARD, "maker0/gated": CARD}
    store = store_of([record(n) for n in range(N_MODELS)] + special, cards, {"maker0/old-name": "maker0/new-name"})
    with running_hub(store) as hub:
        found: dict[str, Any] = json.loads(run(installed, hub.endpoint).stdout)
        assert hub.log.counted_files() == []
        assert max(entry.status for entry in hub.log.entries) < 500
    return found


def run(folder: Path, endpoint: str) -> subprocess.CompletedProcess[str]:
    """Run the client's script to its end."""
    done = subprocess.run(
        ["node", "client.mjs", endpoint], cwd=folder, capture_output=True, text=True, timeout=120, check=False
    )
    assert done.returncode == 0, done.stderr
    return done


def test_it_lists_every_model_once_by_object_id_and_name(seen: dict[str, Any]) -> None:
    listed = {model["id"]: model["name"] for model in seen["listed"]}
    assert len(seen["listed"]) == len(listed) == N_MODELS + 3
    assert listed[record(5)["_id"]] == record(5)["id"]
    assert all(model["updatedAt"].startswith("2024-02-01T") for model in seen["listed"])


def test_it_stops_at_a_total_and_selects_by_owner_and_tags(seen: dict[str, Any]) -> None:
    assert seen["first"] == 7
    assert {model["name"] for model in seen["chosen"]} == {f"maker1/model-{n}" for n in range(1, N_MODELS, 6)}
    assert all(model["licence"] == "mit" and model["tags"] == ["gguf", "en"] for model in seen["chosen"])


def test_it_reads_a_detail_and_follows_a_rename(seen: dict[str, Any]) -> None:
    assert (seen["detail"]["name"], seen["detail"]["sha"]) == ("maker1/model-1", record(1)["sha"])
    assert seen["renamed"] == "maker0/new-name"


def test_it_downloads_cards_and_knows_their_size_and_blob_id(seen: dict[str, Any]) -> None:
    assert seen["card"] == seen["renamedCard"] == CARD.decode()
    assert seen["cardInfo"] == {"etag": f'"{git_blob_id(CARD)}"', "size": len(CARD)}
    assert seen["noCard"] is None


@pytest.mark.parametrize(
    ("case", "status", "words"),
    [
        ("missing", 401, "Invalid username or password."),
        ("missingToUser", 404, "Repository not found"),
        ("gated", 401, "restricted"),
        ("gatedToUser", 403, "restricted"),
        ("gatedCard", 401, "restricted"),
        ("disabled", 403, "Access to this resource is disabled."),
        ("badRevision", 404, "Invalid rev id"),
        ("badExpand", 400, "expected one of"),
    ],
)
def test_it_reports_each_refusal_with_status_text_and_request_id(
    seen: dict[str, Any], case: str, status: int, words: str
) -> None:
    refusal = seen[case]
    assert refusal["status"] == status
    assert words in refusal["message"]
    assert refusal["requestId"]


def test_it_throws_at_a_rate_limit(installed: Path) -> None:
    store = store_of([record(n) for n in range(3)])
    with running_hub(store, faults=FaultPlan(limited_every=1)) as hub, pytest.raises(AssertionError, match="429"):
        run(installed, hub.endpoint)
