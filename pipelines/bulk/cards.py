"""Tables of card texts to landing rows of kind cards."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Final

import polars as pl

from pipelines.bulk.collected import NOT_COLLECTED
from pipelines.bulk.fields import CARD_COLUMNS, wrong_columns
from pipelines.bulk.own_dates import own_instants
from pipelines.bulk.tally import Tally
from warehouse.landing.blobs import git_blob_id
from warehouse.landing.schema import CARDS

NO_CARD_STUB: Final = b"Error: the path 'README.md' does not exist in the given tree"
"""What a collector stored where the repository has no README.md (dirty-metadata, row 47)."""
_ID_COLUMNS: Final = ("id", "modelId", "model_id", "path", "model")
_RECORD_COLUMNS: Final = ("infos_json", "metadata_json")
"""Columns that hold the model's record as JSON text, collected together with the card."""


def cards_frame(table: pl.DataFrame, tally: Tally) -> pl.DataFrame:
    """Return one landing row a visit with the schema `CARDS`: full with the text, or no_card for the collector's stub.

    Rows without an id, without a text or with the mark "N/A" say nothing about the card; they are counted and left out.

    Raises:
        UsageError: no column holds the id or the text.
    """
    texts = _texts(table)
    for reason, applies in _SILENT.items():
        silent = applies.fill_null(False)
        tally.skip(reason, texts.select(silent.sum()).item())
        texts = texts.filter(~silent)
    is_full = pl.col("content") != NO_CARD_STUB
    visits = texts.with_columns(
        pl.when(is_full).then(pl.lit("full")).otherwise(pl.lit("no_card")).alias("visit_status"),
        pl.when(is_full).then(pl.col("content")),
        pl.when(is_full).then(pl.coalesce("n_bytes", pl.col("content").bin.size())).alias("n_bytes"),
    ).with_columns((pl.col("n_bytes") > pl.col("content").bin.size()).alias("is_truncated"))
    visits = visits.with_columns(pl.Series("card_sha", _blob_ids(visits["content"]), dtype=pl.String))
    absent = pl.lit(None)
    found = set(visits.columns)
    return visits.select((pl.col(name) if name in found else absent).cast(dtype).alias(name) for name, dtype in CARDS.items())


_SILENT: Final = {
    "no model id": pl.col("model_id").is_null() | (pl.col("model_id").str.strip_chars() == ""),
    "no card text": pl.col("content").is_null(),
    "card not collected": pl.col("content") == NOT_COLLECTED.encode(),
}


def _blob_ids(contents: Iterable[bytes | None]) -> list[str | None]:
    return [None if content is None else git_blob_id(content) for content in contents]


def _texts(table: pl.DataFrame) -> pl.DataFrame:
    model_id, text = _first(table.columns, _ID_COLUMNS), _first(table.columns, CARD_COLUMNS)
    if model_id is None or text is None:
        expected = f"one of {', '.join(_ID_COLUMNS)} and one of {', '.join(CARD_COLUMNS)}"
        raise wrong_columns(table.columns, expected, "check --kind; --kind cards is for files with the texts of cards")
    declared = pl.col("bytes").cast(pl.Int64, strict=False) if text == "head_b64" and "bytes" in table.columns else None
    return table.select(
        _field(table, "_id").alias("hub_object_id"),
        pl.col(model_id).cast(pl.String).alias("model_id"),
        _field(table, "sha").alias("sha"),
        _content(text).alias("content"),
        (pl.lit(None, dtype=pl.Int64) if declared is None else declared).alias("n_bytes"),
        own_instants(table).alias("observed_at"),
    )


def _first(names: Sequence[str], wanted: Sequence[str]) -> str | None:
    return next((name for name in wanted if name in names), None)


def _field(table: pl.DataFrame, name: str) -> pl.Expr:
    """Return a field of the model's record: a column of its own, or a member of the record beside the card."""
    if name in table.columns:
        return pl.col(name).cast(pl.String)
    record = _first(table.columns, _RECORD_COLUMNS)
    return pl.col(record).str.json_path_match(f"$.{name}") if record else pl.lit(None, dtype=pl.String)


def _content(name: str) -> pl.Expr:
    """Return the text's bytes; the heads of long cards come as base64."""
    return pl.col(name).str.decode("base64", strict=False) if name == "head_b64" else pl.col(name).cast(pl.Binary)
