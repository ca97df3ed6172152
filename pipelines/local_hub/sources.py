"""Where a hub's state comes from: grown from a seed, recorded by somebody else, or landed by a crawl."""

from __future__ import annotations

import hashlib
from pathlib import Path

import polars as pl

from pipelines.bulk.sources import Kind, files_below, read
from pipelines.bulk.tally import Tally
from pipelines.local_hub.store import HubStore
from warehouse.errors import NotFound, UsageError
from warehouse.landing.files import landing_files
from warehouse.landing.rows import scan_rows
from warehouse.landing.schema import CARDS

CARD_COLUMNS = ("hub_object_id", "model_id", "content", "card_sha")
RENAME_COLUMNS = ("old_id", "model_id")

_NO_RENAMES = pl.DataFrame(schema=dict.fromkeys(RENAME_COLUMNS, pl.String()))
_NO_CARDS = pl.DataFrame(schema={name: CARDS[name] for name in CARD_COLUMNS})
_OLDEST_CREATED_AT = 1_646_263_744
"""2022-03-02T23:29:04Z in Unix seconds: what stands for the creation of older models (hub-api, section 3)."""


def planted(n_models: int, seed: int) -> HubStore:
    """Grow a hub of ``n_models`` models; the same seed gives the same hub, byte for byte."""
    from pipelines.local_hub.planted import plant

    hub = plant(n_models, seed)
    return HubStore(hub.records, hub.cards, hub.renames)


def recorded(*, listing: Path | None = None, details: Path | None = None, cards: Path | None = None) -> HubStore:
    """Serve recorded files, each in any form that ``hubtree import`` reads.

    Args:
        listing: records of the list endpoint.
        details: records of the detail endpoint; where a model is in both, its detail is served.
        cards: cards by model; where neither listing nor details are given, the file's own records are served with them.
    Raises:
        UsageError: no file is given, or one is not of its kind.
        NotFound: a file is not there.
        CorruptFile: a file can't be read.
    """
    if listing is None and details is None and cards is None:
        raise UsageError("no recorded file to serve", hint="name a listing, details or cards file")
    tables = [_read(path, kind) for path, kind in _record_files(listing, details, cards)]
    card_rows = _NO_CARDS if cards is None else _cards(_read(cards, "cards"))
    return HubStore(with_object_ids(_first_of_each(tables)), card_rows, _NO_RENAMES)


def _record_files(listing: Path | None, details: Path | None, cards: Path | None) -> list[tuple[Path, Kind]]:
    """Return the files with records, the richest first."""
    files: list[tuple[Path | None, Kind]] = [(details, "details"), (listing, "listing")]
    found = [(path, kind) for path, kind in files if path is not None]
    return found or [(path, "listing") for path in (cards,) if path is not None]


def _first_of_each(tables: list[pl.DataFrame]) -> pl.DataFrame:
    """Join tables of records, leaving out of a later one the models that an earlier one has."""
    kept = tables[:1]
    for table in tables[1:]:
        known = pl.concat([earlier["model_id"] for earlier in kept]).drop_nulls().unique()
        kept.append(table.filter(~pl.col("model_id").is_in(known.implode()).fill_null(False)))
    return pl.concat(kept)


def landed(landing: Path) -> HubStore:
    """Serve a landing zone: the latest observation of each model, its latest card, and the renames that were met.

    Raises:
        NotFound: nothing was landed there.
    """
    files = [*landing_files(landing, "listing"), *landing_files(landing, "details")]
    if not files:
        raise NotFound(f"no listing was landed in {landing}", hint="run hubtree crawl or hubtree import first")
    identity = pl.coalesce("hub_object_id", pl.col("model_id").str.to_lowercase(), "raw")
    observed = _latest(scan_rows(files, "listing").collect(), identity)
    visits = scan_rows(landing_files(landing, "cards"), "cards").collect()
    return HubStore(with_object_ids(observed), _cards(visits), _renames(visits))


def with_object_ids(records: pl.DataFrame) -> pl.DataFrame:
    """Give an `_id` to the records that were made before the Hub showed one; clients can't do without.

    Like the Hub's, it begins with the time of creation in seconds; the rest is drawn from the name.
    """
    lacks_one = pl.col("hub_object_id").is_null() & pl.col("raw").is_null()
    if not records.select(lacks_one.any()).item():
        return records
    created_at = pl.col("created_at").str.to_datetime("%Y-%m-%dT%H:%M:%S%.fZ", strict=False).dt.epoch("s")
    bases = records.select("model_id", created_at.fill_null(_OLDEST_CREATED_AT))
    made = pl.Series([_object_id(name or "", seconds) for name, seconds in bases.iter_rows()], dtype=pl.String())
    return records.with_columns(pl.when(lacks_one).then(made).otherwise("hub_object_id").alias("hub_object_id"))


def _object_id(name: str, seconds: int) -> str:
    return f"{seconds & 0xFFFFFFFF:08x}{hashlib.sha256(name.lower().encode()).hexdigest()[:16]}"


def _read(path: Path, kind: Kind) -> pl.DataFrame:
    return pl.concat(read(files_below(path), kind, Tally()))


def _latest(rows: pl.DataFrame, key: pl.Expr) -> pl.DataFrame:
    """Return the last row of each key, the newest first; later files of the same instant win."""
    in_order = rows.with_columns(key.alias("_key")).sort("observed_at", maintain_order=True)
    return in_order.unique("_key", keep="last", maintain_order=True).drop("_key").reverse()


def _cards(visits: pl.DataFrame) -> pl.DataFrame:
    """Return each model's present card; a visit that found it unchanged, or found nothing out, leaves the earlier one."""
    telling = visits.filter(~pl.col("visit_status").is_in(["not_modified", "failed"]))
    return _latest(telling, pl.col("model_id")).filter(pl.col("content").is_not_null()).select(CARD_COLUMNS)


def _renames(visits: pl.DataFrame) -> pl.DataFrame:
    met = _latest(visits.filter(pl.col("renamed_to").is_not_null()), pl.col("model_id"))
    return met.select(pl.col("model_id").alias("old_id"), pl.col("renamed_to").alias("model_id"))
