"""Which cards to visit, from the landing zone alone."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Literal

import polars as pl

from pipelines.crawl.visits import CardRequest
from warehouse.landing.files import LandingFile, landing_files, provenance_of
from warehouse.landing.rows import scan_rows

CardPolicy = Literal["none", "changed", "all"]

_KEY = "key"
_LISTED = ("hub_object_id", "model_id", "sha", "last_modified", "observed_at")
_VISITED = ("hub_object_id", "model_id", "sha", "visit_status", "etag", "observed_at")


def changed_cards(landing: Path, policy: CardPolicy, *, hub: str | None = None) -> list[CardRequest]:
    """Return the cards to visit, in the order of their models' ids.

    `changed` asks for models that were never visited, whose last visit failed, or whose sha is no longer that of the last
    visit; where the sha is unknown, for those modified since. `all` asks for every listed model, `none` for nothing.

    Args:
        landing: the landing zone.
        policy: see above.
        hub: only what this hub listed, imported listings included; None takes all listings. Visits to another hub don't count.
    """
    if policy == "none":
        return []
    listed = _latest(_read(_of_hub(landing, ("listing", "details"), hub), "listing", _LISTED)).drop_nulls("model_id")
    visits = _read(_of_hub(landing, ("cards",), hub), "cards", _VISITED)
    seen = listed.join(_latest(visits).drop("model_id", "hub_object_id"), on=_KEY, how="left", suffix="_visited")
    seen = seen.join(_last_etags(visits), on=_KEY, how="left")
    wanted = seen if policy == "all" else seen.filter(_is_changed())
    columns = wanted.sort("model_id", "hub_object_id").select("hub_object_id", "model_id", "sha", "known_etag")
    return [CardRequest(*row) for row in columns.iter_rows()]


def _is_changed() -> pl.Expr:
    modified_at = pl.col("last_modified").str.head(19).str.to_datetime("%Y-%m-%dT%H:%M:%S", strict=False)
    by_time = (modified_at > pl.col("observed_at_visited")).fill_null(False)
    by_sha = pl.col("sha").ne_missing(pl.col("sha_visited"))
    is_unseen = pl.col("visit_status").is_null() | (pl.col("visit_status") == "failed")
    return is_unseen | pl.when(pl.col("sha").is_null()).then(by_time).otherwise(by_sha)


def _last_etags(visits: pl.DataFrame) -> pl.DataFrame:
    """Return the ETag of the text seen last; visits that saw none do not make us forget it."""
    return _latest(visits.drop_nulls("etag")).select(_KEY, pl.col("etag").alias("known_etag"))


def _latest(rows: pl.DataFrame) -> pl.DataFrame:
    """Keep the last observation of each model: by the hub's id of it, or by its name where old listings lack that."""
    keyed = rows.with_columns(pl.coalesce("hub_object_id", "model_id").alias(_KEY)).drop_nulls(_KEY)
    return keyed.sort("observed_at", maintain_order=True).unique(_KEY, keep="last", maintain_order=True)


def _read(files: Sequence[LandingFile], kind: str, columns: Sequence[str]) -> pl.DataFrame:
    return scan_rows(files, kind).select(columns).collect()


def _of_hub(landing: Path, kinds: Sequence[str], hub: str | None) -> list[LandingFile]:
    """Return the files of these kinds that come from ``hub``, or from no hub at all; a run speaks to one hub only."""
    files = [file for kind in kinds for file in landing_files(landing, kind)]
    if hub is None:
        return files
    hubs = {file.run_id: file for file in files}
    kept = {run_id for run_id, file in hubs.items() if provenance_of(file).hub in {hub, ""}}
    return [file for file in files if file.run_id in kept]
