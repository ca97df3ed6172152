"""The Hub's behaviour over the wire (hub-api, sections 2 to 8), asked by a client that follows and retries nothing."""

from __future__ import annotations

import re

import httpx2
import pytest
from invented_hub import CARD, Get, ids_of, record, store_of, walk

from pipelines.local_hub.query import DETAIL_ONLY, EXPANDABLE
from pipelines.local_hub.serving import RunningHub, running_hub
from pipelines.local_hub.store import HubStore
from warehouse.landing.blobs import git_blob_id

BEARER = {"authorization": "Bearer hf_invented"}


def test_next_links_are_absolute_and_built_from_the_requests_own_host(hub: RunningHub, client: httpx2.Client) -> None:
    response = client.get(f"{hub.endpoint}/api/models?limit=10&sort=createdAt", headers={"host": "hub.example:8080"})
    assert re.fullmatch(
        r'<http://hub\.example:8080/api/models\?limit=10&sort=createdAt&cursor=[^>]+>; rel="next"', response.headers["link"]
    )


def test_the_last_page_has_no_link(get: Get) -> None:
    assert "link" not in get("/api/models?limit=25").headers
    assert "link" in get("/api/models?limit=24").headers


@pytest.mark.parametrize(
    "order", ["", "sort=createdAt&direction=1&", "sort=createdAt&", "sort=downloads&", "sort=id&direction=1&"]
)
def test_following_the_links_lists_every_model_once(hub: RunningHub, client: httpx2.Client, order: str) -> None:
    listed = ids_of(walk(client, f"{hub.endpoint}/api/models?{order}limit=4"))
    assert sorted(listed) == sorted(hub.store.records["model_id"])


def test_the_link_keeps_every_parameter_of_the_request(hub: RunningHub, client: httpx2.Client) -> None:
    pages = list(walk(client, f"{hub.endpoint}/api/models?filter=gguf&filter=en&limit=3&expand=tags&expand=likes"))
    assert len(pages) > 2
    assert all(
        set(row) == {"_id", "id", "tags", "likes"} and row["tags"] == ["gguf", "en"] for page in pages for row in page.json()
    )


def test_an_unknown_expand_is_answered_400_with_the_valid_names(get: Get) -> None:
    for path in ("/api/models?expand=secrets", "/api/models/legacy-name?expand=secrets"):
        response = get(path)
        assert response.status_code == 400
        assert all(name in response.json()["error"] for name in EXPANDABLE)


def test_a_hub_can_refuse_in_the_listing_what_it_gives_in_the_detail(store: HubStore, client: httpx2.Client) -> None:
    with running_hub(store, refused_expand=DETAIL_ONLY) as hub:
        assert client.get(f"{hub.endpoint}/api/models?expand=baseModels").status_code == 400
        assert "baseModels" in client.get(f"{hub.endpoint}/api/models/maker0/model-0?expand=baseModels").json()


@pytest.mark.parametrize(
    "path",
    [
        "/api/models",
        "/api/models?sort=x",
        "/api/models/no/body",
        "/maker1/model-1/resolve/main/README.md",
        "/maker1/model-1",
        "/",
        "/api/nothing",
    ],
)
def test_every_answer_states_the_budget_of_its_bucket_and_names_the_request(get: Get, path: str) -> None:
    headers = get(path).headers
    bucket = "api" if path.startswith("/api/") else "resolvers" if "/resolve/" in path else "pages"
    assert re.fullmatch(rf'"{bucket}";r=\d+;t=\d+', headers["ratelimit"])
    assert re.fullmatch(rf'"fixed window";"{bucket}";q=\d+;w=300', headers["ratelimit-policy"])
    assert headers["x-request-id"]


def test_a_detail_holds_everything_or_what_was_asked(get: Get) -> None:
    full = get("/api/models/maker1/model-1").json()
    assert full == {**record(1), "modelId": "maker1/model-1"}
    assert set(get("/api/models/maker1/model-1?expand=sha").json()) == {"_id", "id", "sha"}


@pytest.mark.parametrize(
    "path",
    [
        "/api/models/legacy-name",
        "/api/models/legacy-name/revision/main",
        "/api/models/LEGACY-Name",
        "/api/models/legacy-name/revision/" + record(22)["sha"],
    ],
)
def test_a_model_is_found_without_owner_in_any_case_and_at_its_revision(get: Get, path: str) -> None:
    assert get(path).json()["id"] == "legacy-name"


def test_a_renamed_model_redirects_step_by_step_with_relative_addresses(get: Get) -> None:
    first = get("/api/models/maker0/old-name/revision/HEAD?expand=sha&expand=tags")
    assert first.status_code == 307
    assert first.headers["location"] == "/api/models/maker0/middle-name/revision/HEAD?expand=sha&expand=tags"
    second = get(first.headers["location"])
    assert second.headers["location"] == "/api/models/maker0/new-name/revision/HEAD?expand=sha&expand=tags"
    assert get(second.headers["location"]).json()["id"] == "maker0/new-name"


@pytest.mark.parametrize(
    "path", ["/maker0/middle-name/resolve/main/README.md", "/maker0/middle-name/raw/main/README.md", "/maker0/middle-name"]
)
def test_files_and_pages_of_a_renamed_model_redirect_too(get: Get, path: str) -> None:
    assert get(path).headers["location"] == path.replace("middle", "new")


def test_a_redirect_keeps_what_was_escaped_and_no_header_can_be_slipped_in(get: Get) -> None:
    moved = get("/api/models/maker0%2Fmiddle-name/revision/refs%2Fpr%2F1")
    assert moved.headers["location"] == "/api/models/maker0/new-name/revision/refs%2Fpr%2F1"
    refused = get("/api/models/maker1/model-1/revision/a%0D%0AX-Slipped:%20in")
    assert refused.headers["x-error-code"] == "RevisionNotFound"
    assert "x-slipped" not in refused.headers


def test_a_rename_may_lead_to_a_gated_model(get: Get) -> None:
    moved = get("/api/models/maker0/old-gated")
    refused = get(moved.headers["location"])
    assert (moved.status_code, refused.status_code) == (307, 401)
    assert refused.headers["x-error-code"] == "GatedRepo"


def test_a_name_taken_over_by_another_model_is_that_model(get: Get) -> None:
    response = get("/api/models/maker0/taken-over")
    assert response.status_code == 200
    assert response.json()["_id"] == record(24)["_id"]


@pytest.mark.parametrize("path", ["/api/models/no/body", "/no/body/resolve/main/README.md", "/api/models/maker0/never-was"])
def test_a_missing_model_is_401_to_strangers_and_404_to_users(get: Get, path: str) -> None:
    stranger, user = get(path), get(path, **BEARER)
    assert (stranger.status_code, stranger.headers["x-error-message"]) == (401, "Invalid username or password.")
    assert user.status_code == 404
    assert stranger.headers["x-error-code"] == user.headers["x-error-code"] == "RepoNotFound"


@pytest.mark.parametrize("path", ["/api/models/maker0/gated", "/maker0/gated/resolve/main/README.md"])
def test_a_gated_model_is_401_to_strangers_and_403_to_users(get: Get, path: str) -> None:
    stranger, user = get(path), get(path, **BEARER)
    assert (stranger.status_code, user.status_code) == (401, 403)
    assert stranger.headers["x-error-code"] == user.headers["x-error-code"] == "GatedRepo"


def test_a_gated_model_stands_in_the_listing(get: Get) -> None:
    [row] = get("/api/models?gated=true&expand=gated").json()
    assert (row["id"], row["gated"]) == ("maker0/gated", "manual")


def test_a_disabled_model_is_403_with_the_exact_text_and_no_code(get: Get) -> None:
    response = get("/api/models/maker0/disabled")
    assert (response.status_code, response.headers["x-error-message"]) == (403, "Access to this resource is disabled.")
    assert "x-error-code" not in response.headers


@pytest.mark.parametrize(
    ("path", "code"),
    [
        ("/maker0/model-0/resolve/main/README.md", "EntryNotFound"),
        ("/maker1/model-1/resolve/main/other.txt", "EntryNotFound"),
        ("/maker1/model-1/resolve/v9/README.md", "RevisionNotFound"),
        ("/api/models/maker1/model-1/revision/v9", "RevisionNotFound"),
    ],
)
def test_missing_files_and_revisions_say_which_of_the_two(get: Get, path: str, code: str) -> None:
    response = get(path)
    assert (response.status_code, response.headers["x-error-code"]) == (404, code)


def test_a_wrong_token_is_refused_everywhere_and_the_right_one_is_not(store: HubStore, client: httpx2.Client) -> None:
    with running_hub(store, token="hf_invented") as hub:
        wrong = [
            client.get(hub.endpoint + path, headers={"authorization": "Bearer hf_other"})
            for path in ("/api/models", "/maker1/model-1/resolve/main/README.md")
        ]
        assert all(answer.status_code == 401 for answer in wrong)
        assert all(answer.headers["x-error-message"] == "Invalid credentials in Authorization header" for answer in wrong)
        assert client.get(f"{hub.endpoint}/api/models", headers=BEARER).status_code == 200
        assert client.get(f"{hub.endpoint}/api/models").status_code == 200


def test_a_card_comes_with_its_blob_id_and_commit(get: Get) -> None:
    response = get("/maker1/model-1/resolve/main/README.md")
    assert response.content == CARD
    assert response.headers["etag"] == f'"{git_blob_id(CARD)}"'
    assert response.headers["x-repo-commit"] == record(1)["sha"]


def test_the_blob_id_is_that_of_git() -> None:
    assert git_blob_id(b"hello\n") == "ce013625030ba8dba906f756967f9e9ca394464a"


def test_head_gives_the_headers_of_get_and_no_body(hub: RunningHub, client: httpx2.Client, get: Get) -> None:
    head = client.head(f"{hub.endpoint}/maker1/model-1/resolve/main/README.md")
    whole = get("/maker1/model-1/resolve/main/README.md")
    assert head.content == b""
    assert all(head.headers[name] == whole.headers[name] for name in ("etag", "x-repo-commit", "content-length"))


def test_a_client_that_has_the_card_is_told_so(get: Get) -> None:
    path = "/maker1/model-1/resolve/main/README.md"
    etag = get(path).headers["etag"]
    for known in (etag, f'"other", W/{etag}', "*"):
        response = get(path, if_none_match=known)
        assert (response.status_code, response.content) == (304, b"")
        assert response.headers["x-repo-commit"]
    assert get(path, if_none_match='"other"').status_code == 200


@pytest.mark.parametrize(
    ("asked", "first", "last"),
    [
        ("bytes=0-0", 0, 0),
        ("bytes=3-", 3, len(CARD) - 1),
        ("bytes=-5", len(CARD) - 5, len(CARD) - 1),
        ("bytes=2-99999", 2, len(CARD) - 1),
    ],
)
def test_a_range_of_a_card_is_answered_206_with_its_place(get: Get, asked: str, first: int, last: int) -> None:
    response = get("/maker1/model-1/resolve/main/README.md", range=asked)
    assert (response.status_code, response.content) == (206, CARD[first : last + 1])
    assert response.headers["content-range"] == f"bytes {first}-{last}/{len(CARD)}"
    assert response.headers["etag"]


def test_a_range_behind_the_end_is_refused(get: Get) -> None:
    response = get("/maker1/model-1/resolve/main/README.md", range="bytes=9999-")
    assert (response.status_code, response.headers["content-range"]) == (416, f"bytes */{len(CARD)}")


def test_raw_gives_the_same_bytes(get: Get) -> None:
    assert get("/maker1/model-1/raw/main/README.md").content == CARD


@pytest.mark.parametrize("name", ["config.json", "adapter_config.json", "deep/model.Q4.gguf", "model_index.json"])
def test_counted_files_are_not_there_and_every_request_of_one_is_remembered(
    hub: RunningHub, client: httpx2.Client, name: str
) -> None:
    address = f"{hub.endpoint}/maker1/model-1/resolve/main/{name}"
    assert client.head(address).headers["x-error-code"] == client.get(address).headers["x-error-code"] == "EntryNotFound"
    client.get(f"{hub.endpoint}/maker1/model-1/resolve/main/README.md")
    assert [entry.method for entry in hub.log.counted_files()] == ["HEAD", "GET"]


def test_tags_are_listed_by_type(get: Get) -> None:
    groups = get("/api/models-tags-by-type").json()
    assert groups["license"] == [{"id": "license:mit", "label": "mit", "type": "license"}]
    assert [tag["id"] for tag in groups["pipeline_tag"]] == ["text-generation"]


def test_the_hub_cannot_be_written(hub: RunningHub, client: httpx2.Client) -> None:
    response = client.post(f"{hub.endpoint}/api/models", content=b"x" * 100)
    assert (response.status_code, response.headers["allow"]) == (405, "GET, HEAD")
    assert client.get(f"{hub.endpoint}/api/models").status_code == 200


def test_one_connection_serves_many_requests(hub: RunningHub, client: httpx2.Client) -> None:
    for path in ("/api/models", "/api/models/no/body", "/maker1/model-1/resolve/main/README.md"):
        assert client.get(hub.endpoint + path).headers.get("connection", "keep-alive") != "close"
    client.head(f"{hub.endpoint}/api/models")
    assert len({entry.client_port for entry in hub.log.entries}) == 1


def test_a_hub_can_be_swapped_for_tomorrows_while_it_runs(hub: RunningHub, client: httpx2.Client) -> None:
    assert client.get(f"{hub.endpoint}/api/models/new/arrival").status_code == 401
    hub.swap_store(store_of([record(1, id="new/arrival")]))
    assert client.get(f"{hub.endpoint}/api/models/new/arrival").status_code == 200
    assert len(client.get(f"{hub.endpoint}/api/models").json()) == 1
