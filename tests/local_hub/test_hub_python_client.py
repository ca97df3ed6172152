"""huggingface_hub as a client of the embedded hub: what it lists, reads and raises."""

from __future__ import annotations

import time
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest
from invented_hub import CARD, record, store_of

from pipelines.local_hub.faults import FaultPlan
from pipelines.local_hub.serving import RunningHub, running_hub
from pipelines.local_hub.store import HubStore
from warehouse.landing.blobs import git_blob_id


@pytest.fixture(scope="module")
def library() -> Iterator[ModuleType]:
    """The library, imported with its telemetry off, and its shared client closed afterwards."""
    with pytest.MonkeyPatch.context() as environment:
        environment.setenv("HF_HUB_DISABLE_TELEMETRY", "1")
        environment.setenv("HF_HUB_DISABLE_PROGRESS_BARS", "1")
        huggingface_hub = pytest.importorskip("huggingface_hub")
        yield huggingface_hub
        huggingface_hub.close_session()


def api_of(library: ModuleType, hub: RunningHub, token: str | bool = False) -> Any:
    return library.HfApi(endpoint=hub.endpoint, token=token)


def test_it_lists_every_model_over_many_pages(library: ModuleType, client: object) -> None:
    with running_hub(store_of([record(n) for n in range(2500)])) as hub:
        models = list(api_of(library, hub).list_models(sort="created_at"))
        assert len(hub.log) == 3
    assert sorted(model.id for model in models) == sorted(record(n)["id"] for n in range(2500))
    assert all(model.created_at is not None for model in models)


def test_it_stops_at_its_own_total_and_selects_by_tag_author_and_task(library: ModuleType, hub: RunningHub) -> None:
    api = api_of(library, hub)
    assert len(list(api.list_models(limit=7))) == 7
    chosen = list(api.list_models(filter=["gguf", "en"], author="maker1", pipeline_tag="text-generation", search="MODEL"))
    assert {model.id for model in chosen} == {f"maker1/model-{n}" for n in range(1, 20, 6)}


def test_expanded_fields_arrive_as_the_clients_objects(library: ModuleType, hub: RunningHub) -> None:
    models = list(api_of(library, hub).list_models(expand=["cardData", "safetensors", "gated", "sha", "baseModels"]))
    by_id = {model.id: model for model in models}
    assert by_id["maker1/model-1"].card_data.license == "mit"
    assert by_id["maker1/model-1"].safetensors.total == 1001
    assert by_id["maker0/gated"].gated == "manual"
    assert by_id["maker1/model-1"].likes is None


def test_a_refused_expand_is_its_bad_request(library: ModuleType, store: HubStore) -> None:
    with running_hub(store, refused_expand=frozenset({"baseModels"})) as hub, pytest.raises(library.errors.BadRequestError):
        list(api_of(library, hub).list_models(expand=["baseModels"]))


def test_it_reads_a_detail_and_follows_a_chain_of_renames(library: ModuleType, hub: RunningHub) -> None:
    api = api_of(library, hub)
    assert api.model_info("maker1/model-1").sha == record(1)["sha"]
    assert api.model_info("maker0/old-name", expand=["sha"]).id == "maker0/new-name"


@pytest.mark.parametrize("token", [False, "hf_invented"])
@pytest.mark.parametrize(
    ("name", "error"),
    [
        ("no/body", "RepositoryNotFoundError"),
        ("maker0/gated", "GatedRepoError"),
        ("maker0/old-gated", "GatedRepoError"),
        ("maker0/disabled", "DisabledRepoError"),
    ],
)
def test_each_refusal_is_the_clients_own_error(
    library: ModuleType, hub: RunningHub, name: str, error: str, token: str | bool
) -> None:
    with pytest.raises(getattr(library.errors, error)) as raised:
        api_of(library, hub, token).model_info(name)
    assert type(raised.value).__name__ == error


def test_a_missing_revision_is_the_clients_own_error(library: ModuleType, hub: RunningHub) -> None:
    with pytest.raises(library.errors.RevisionNotFoundError):
        api_of(library, hub).model_info("maker1/model-1", revision="v9")


def test_a_wrong_token_is_an_error_of_401_that_blames_no_model(library: ModuleType, store: HubStore) -> None:
    with running_hub(store, token="hf_right") as hub, pytest.raises(library.errors.HfHubHTTPError) as raised:
        api_of(library, hub, "hf_wrong").model_info("maker1/model-1")
    assert raised.value.response.status_code == 401
    assert not isinstance(raised.value, library.errors.RepositoryNotFoundError)
    assert "Invalid credentials" in str(raised.value)


def test_it_waits_out_a_used_up_quota(library: ModuleType) -> None:
    with running_hub(store_of([record(n) for n in range(1200)]), faults=FaultPlan(api_quota=1, window_seconds=1.0)) as hub:
        time.sleep(0.05)
        assert len(list(api_of(library, hub).list_models())) == 1200
        assert [entry.status for entry in hub.log.entries][-1] == 200
        assert hub.log.over_quota()


def test_it_retries_a_server_error_and_a_cut_body(library: ModuleType, store: HubStore) -> None:
    for plan in (FaultPlan(server_error_every=2), FaultPlan(cut_body_every=2)):
        with running_hub(store, faults=plan) as hub:
            api = api_of(library, hub)
            assert len(list(api.list_models())) == len(store)
            assert len(list(api.list_models())) == len(store)
            assert sum(hub.log.fault_counts().values()) == 1


def test_it_downloads_a_card_under_its_blob_id(library: ModuleType, hub: RunningHub, tmp_path: Path) -> None:
    api = api_of(library, hub)
    path = Path(api.hf_hub_download("maker1/model-1", "README.md", cache_dir=tmp_path))
    assert path.read_bytes() == CARD
    assert path.resolve().name == git_blob_id(CARD)
    assert library.ModelCard.load(path).data.license == "mit"
    assert [entry.method for entry in hub.log.entries] == ["HEAD", "GET"]
    assert hub.log.counted_files() == []


def test_it_downloads_the_card_of_a_renamed_model(library: ModuleType, hub: RunningHub, tmp_path: Path) -> None:
    assert Path(api_of(library, hub).hf_hub_download("maker0/old-name", "README.md", cache_dir=tmp_path)).read_bytes() == CARD


@pytest.mark.parametrize(
    ("name", "error"),
    [("maker0/model-0", "EntryNotFoundError"), ("maker0/gated", "GatedRepoError"), ("no/body", "RepositoryNotFoundError")],
)
def test_a_card_that_cannot_be_read_is_the_clients_own_error(
    library: ModuleType, hub: RunningHub, tmp_path: Path, name: str, error: str
) -> None:
    with pytest.raises(getattr(library.errors, error)):
        api_of(library, hub).hf_hub_download(name, "README.md", cache_dir=tmp_path)
