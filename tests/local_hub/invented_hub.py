"""Small invented hubs, and a walk over a listing."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from datetime import datetime
from typing import Any

import httpx2
import polars as pl

from pipelines.local_hub.store import HubStore
from warehouse.landing.records import landing_frame

Get = Callable[..., httpx2.Response]
"""Asks the hub of the fixture `hub` for a path, with headers by keyword."""

OBSERVED_AT = datetime.fromisoformat("2026-01-02T00:00:00")


def record(n: int, **changed: object) -> dict[str, Any]:
    """An invented record as the Hub would send it; three of them share each second of creation."""
    plain = {
        "_id": f"65{n:022x}",
        "id": f"maker{n % 3}/model-{n}",
        "author": f"maker{n % 3}",
        "sha": f"{n:040x}",
        "createdAt": f"2024-01-01T00:{n // 180:02d}:{n // 3 % 60:02d}.000Z",
        "lastModified": f"2024-02-01T00:{n // 60:02d}:{n % 60:02d}.000Z",
        "private": False,
        "gated": False,
        "downloads": n * 37 % 101,
        "likes": n % 5,
        "trendingScore": n * 11 % 29,
        "tags": ["gguf", "en"] if n % 2 else ["safetensors", "license:mit"],
        "pipeline_tag": "text-generation",
        "cardData": {"license": "mit", "base_model": f"maker0/model-{n // 2}"},
        "safetensors": {"parameters": {"F16": 1000 + n}, "total": 1000 + n},
        "baseModels": {"relation": "finetune", "models": [{"_id": "6500", "id": f"maker0/model-{n // 2}"}]},
        "usedStorage": 2048,
        "widgetData": [{"text": "hello"}],
    }
    return {name: value for name, value in {**plain, **changed}.items() if value is not ...}


def store_of(
    records: list[Any], cards: Mapping[str, bytes] | None = None, renames: Mapping[str, str] | None = None
) -> HubStore:
    """A store of these records, cards by model and former names."""
    content = list((cards or {}).items())
    card_schema = {"hub_object_id": pl.String, "model_id": pl.String, "content": pl.Binary, "card_sha": pl.String}
    card_rows = [(None, name, text, None) for name, text in content]
    return HubStore(
        landing_frame(records, OBSERVED_AT),
        pl.DataFrame(card_rows, schema=card_schema, orient="row"),
        pl.DataFrame(list((renames or {}).items()), schema={"old_id": pl.String, "model_id": pl.String}, orient="row"),
    )


def walk(client: httpx2.Client, url: str) -> Iterator[httpx2.Response]:
    """Follow the next links of a listing, at most a hundred."""
    for _ in range(100):
        response = client.get(url)
        yield response
        if "next" not in response.links:
            return
        url = response.links["next"]["url"]
    raise AssertionError("the listing does not end")


def ids_of(responses: Iterator[httpx2.Response]) -> list[str]:
    """The ids over all pages, in order."""
    return [item["id"] for response in responses for item in response.json()]


CARD = "---\nlicense: mit\n---\n# Größe\n\nA card of a few words.\n".encode()
