"""The columns of landing files, one schema a kind.

A landing file holds values as they came over the wire. Fields with a fixed type have a column; structured ones are JSON
text; a field no column exists for goes to ``extra``; a value that does not fit its column goes to ``misfits`` under the
name it had on the wire; a record without a usable id is kept whole in ``raw``. So nothing that was seen is lost.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

import polars as pl

from warehouse.landing.observations import EVALUATIONS, LOSSES

SCHEMA_VERSION: Final = "1"
"""Raised when the columns change; every version ever written keeps its reader."""

Schema = Mapping[str, pl.DataType]

RECORD_FIELDS: Final[dict[str, tuple[str, pl.DataType]]] = {
    "_id": ("hub_object_id", pl.String()),
    "id": ("model_id", pl.String()),
    "author": ("author", pl.String()),
    "sha": ("sha", pl.String()),
    "createdAt": ("created_at", pl.String()),
    "lastModified": ("last_modified", pl.String()),
    "private": ("is_private", pl.Boolean()),
    "disabled": ("is_disabled", pl.Boolean()),
    "gated": ("gated", pl.String()),
    "downloads": ("downloads_30d", pl.Int64()),
    "downloadsAllTime": ("downloads_all_time", pl.Int64()),
    "likes": ("likes", pl.Int64()),
    "trendingScore": ("trending_score", pl.Float64()),
    "usedStorage": ("used_storage_bytes", pl.Int64()),
    "pipeline_tag": ("pipeline_tag", pl.String()),
    "library_name": ("library_name", pl.String()),
    "tags": ("tags", pl.List(pl.String())),
}
"""Field of the Hub's JSON -> (landing column, type). Instants stay text as on the wire; `gated` is false, auto or manual."""

JSON_FIELDS: Final[dict[str, str]] = {
    "cardData": "card_data",
    "baseModels": "base_models",
    "childrenModelCount": "children_model_count",
    "safetensors": "safetensors",
    "gguf": "gguf",
    "config": "config",
    "model-index": "model_index",
    "evalResults": "eval_results",
    "siblings": "siblings",
}
"""Field of the Hub's JSON -> landing column that holds it as JSON text."""

_OBSERVED: Final[dict[str, pl.DataType]] = {"observed_at": pl.Datetime("us")}

RECORDS: Final[Schema] = {
    **dict(RECORD_FIELDS.values()),
    **{column: pl.String() for column in JSON_FIELDS.values()},
    "extra": pl.String(),
    "misfits": pl.String(),
    "null_fields": pl.List(pl.String()),
    "raw": pl.String(),
    **_OBSERVED,
}
"""Kinds ``listing`` and ``details``: one row a record of a page or of a detail answer."""

CARDS: Final[Schema] = {
    "hub_object_id": pl.String(),
    "model_id": pl.String(),
    "sha": pl.String(),
    "visit_status": pl.String(),
    "http_status": pl.Int32(),
    "renamed_to": pl.String(),
    "etag": pl.String(),
    "card_sha": pl.String(),
    "n_bytes": pl.Int64(),
    "is_truncated": pl.Boolean(),
    "content": pl.Binary(),
    "error": pl.String(),
    **_OBSERVED,
}
"""Kind ``cards``: one row a visit. `visit_status` is one of `VISIT_STATUSES`; `card_sha` is the git blob id of `content`
(the Hub's ETag for small files); `n_bytes` is the size on the hub where known; content is null unless the visit is full."""

VISIT_STATUSES: Final = ("full", "not_modified", "no_card", "gated", "not_found", "renamed", "failed")

LOOKUPS: Final[Schema] = {
    "asked_id": pl.String(),
    "lookup_status": pl.String(),
    "http_status": pl.Int32(),
    "renamed_to": pl.String(),
    "found_id": pl.String(),
    "error": pl.String(),
    **_OBSERVED,
}
"""Kind ``lookups``: one row a question after a parent that is claimed and not known. `lookup_status` is one of
`LOOKUP_STATUSES`; `renamed_to` is where a redirect or the answer's own id leads; `found_id` the model that was found, whose
record is landed as kind ``details`` by the same run."""

LOOKUP_STATUSES: Final = ("found", "gated", "disabled", "forbidden", "unauthorized", "not_found", "failed")

DAILY: Final[Schema] = {
    "model_id": pl.String(),
    "downloads_30d": pl.Int64(),
    "likes": pl.Int64(),
    "pipeline_tag": pl.String(),
    "gated": pl.String(),
    "last_modified": pl.String(),
    "extra": pl.String(),
    **_OBSERVED,
}
"""Kind ``daily``: one row a model and day of a time series somebody else collected."""

RUNS: Final[Schema] = {
    "run_id": pl.String(),
    "verb": pl.String(),
    "hub": pl.String(),
    "mode": pl.String(),
    "status": pl.String(),
    "is_complete_listing": pl.Boolean(),
    "started_at": pl.Datetime("us"),
    "finished_at": pl.Datetime("us"),
    "watermark": pl.String(),
    "n_requests": pl.Int64(),
    "n_rows": pl.Int64(),
    "n_files": pl.Int64(),
    "seconds_waited": pl.Float64(),
    "note": pl.String(),
    **_OBSERVED,
}
"""Kind ``runs``: one row a finished run; `status` is full, partial or failed. `is_complete_listing` says that every model
of the hub was listed, so that a model missing from it counts as missing. `watermark` is the newest lastModified seen."""

STEPS: Final[Schema] = {
    "run_id": pl.String(),
    "run_step": pl.String(),
    "started_at": pl.Datetime("us"),
    "finished_at": pl.Datetime("us"),
    "cpu_seconds": pl.Float64(),
    "n_bytes_read": pl.Int64(),
    "n_bytes_written": pl.Int64(),
    "peak_memory_bytes": pl.Int64(),
    **_OBSERVED,
}
"""Kind ``steps``: one row a step of a run, landed before the run's record. A crawl, an import and the like are one step, of the
name of their verb."""

KINDS: Final[Mapping[str, Schema]] = {
    "listing": RECORDS,
    "details": RECORDS,
    "cards": CARDS,
    "lookups": LOOKUPS,
    "daily": DAILY,
    "losses": LOSSES,
    "evaluations": EVALUATIONS,
    "steps": STEPS,
    "runs": RUNS,
}

TOLD_BY_RUNS: Final = ("steps", "runs")
"""Kinds whose rows a run says of itself: two machines that do the same run land other instants, and one of them counts."""
