"""Ordered pages by keyset, as the Hub finds them (hub-api, section 2).

A page holds the rows after a place (sort value, `_id`): missing sort values last, ties in the order of `_id`, whichever way
the sort goes. So a row whose sort value changes between two pages is missed or seen twice, as on the Hub.
"""

from __future__ import annotations

import threading
from bisect import bisect_left
from collections.abc import Callable, Mapping
from typing import Any, NamedTuple

import numpy as np
import polars as pl

from pipelines.local_hub.projection import columns_for, listing_fields, projected
from pipelines.local_hub.query import SORT_COLUMNS, STILL_SORTS, BadRequest, Cursor, ListingQuery, Selection

_MAX_ORDERS = 32
"""Orders kept at once; one of a million rows takes 4 MB."""

_SELECTED_ON = {"model_id": pl.String(), "pipeline_tag": pl.String(), "gated": pl.String(), "tags": pl.List(pl.String())}

_OrderKey = tuple[Selection, str, bool]


class Page(NamedTuple):
    """Records of one page as they go over the wire, and the place after it; None on the last page."""

    records: list[object]
    next_cursor: Cursor | None


class Listing:
    """The rows of one state of a hub, which never changes; each order is sorted once, when it is first asked for."""

    def __init__(self, records: pl.DataFrame, orders: Mapping[_OrderKey, pl.Series] | None = None) -> None:
        self.records = records
        self._keys = _sort_keys(records)
        self._orders = dict(orders or {})
        self._lock = threading.Lock()

    def page(self, query: ListingQuery) -> Page:
        """Return the records after the query's cursor, at most ``query.limit`` of them."""
        order = self._order(query.selection, query.sort, query.ascending)
        start = self._place_after(order, query)
        rows = order[start : start + query.limit]
        names = listing_fields(query.fields)
        needed = columns_for(names)
        chosen = self.records[rows, [name for name in self.records.columns if name in needed]]
        records = [projected(row, names) for row in chosen.iter_rows(named=True)]
        is_last = start + query.limit >= len(order)
        return Page(records, None if is_last else self._cursor_at(query.sort, int(rows[-1])))

    def moved(self, n_rows: int, *, seed: int) -> Listing:
        """Return the listing after some models gained users and a later commit, the same ones for the same seed."""
        rows = np.random.default_rng(seed).integers(0, max(1, len(self.records)), n_rows)
        is_moved = pl.int_range(pl.len()).is_in(rows.tolist())
        moves = [
            pl.when(is_moved).then(change).otherwise(pl.col(name)).alias(name)
            for name, change in _MOVES.items()
            if name in self.records.columns
        ]
        still = {key: order for key, order in self._orders.items() if key[1] in STILL_SORTS}
        return Listing(self.records.with_columns(moves), still)

    def _order(self, selection: Selection, sort: str, ascending: bool) -> pl.Series:
        key = (selection, sort, ascending)
        with self._lock:
            if key not in self._orders:
                if len(self._orders) >= _MAX_ORDERS:
                    self._orders.clear()
                self._orders[key] = self._sorted(selection, sort, ascending=ascending)
            return self._orders[key]

    def _sorted(self, selection: Selection, sort: str, *, ascending: bool) -> pl.Series:
        rows = pl.DataFrame({"row": pl.int_range(len(self.records), dtype=pl.UInt32, eager=True)})
        keyed = rows.hstack([self._keys[sort].alias("value"), self._keys["_id"].alias("_id")])
        if selection != Selection():
            keyed = keyed.filter(self._chosen(selection))
        return keyed.sort("value", "_id", "row", descending=[not ascending, False, False], nulls_last=True)["row"]

    def _chosen(self, selection: Selection) -> pl.Series:
        absent = [pl.lit(None, dtype).alias(name) for name, dtype in _SELECTED_ON.items() if name not in self.records.columns]
        condition = pl.all_horizontal(pl.lit(True), *_conditions(selection)).fill_null(False)
        return self.records.with_columns(absent).select(condition.alias("chosen"))["chosen"]

    def _place_after(self, order: pl.Series, query: ListingQuery) -> int:
        if query.cursor is None or query.cursor.is_start:
            return 0
        is_after = self._is_after(query.cursor, ascending=query.ascending)
        try:
            return bisect_left(range(len(order)), True, key=lambda place: is_after(int(order[place])))
        except TypeError as error:
            raise BadRequest("Invalid cursor: it holds no value of this sort") from error

    def _is_after(self, cursor: Cursor, *, ascending: bool) -> Callable[[int], bool]:
        values, ids = self._keys[cursor.sort], self._keys["_id"]

        def is_after(row: int) -> bool:
            value, hub_object_id = values[row], ids[row]
            if value != cursor.value:
                return _comes_later(value, cursor.value, ascending=ascending)
            if hub_object_id != cursor.hub_object_id:
                return _comes_later(hub_object_id, cursor.hub_object_id, ascending=True)
            return row > cursor.row

        return is_after

    def _cursor_at(self, sort: str, row: int) -> Cursor:
        return Cursor(sort, self._keys[sort][row], self._keys["_id"][row], row)


def _conditions(selection: Selection) -> list[pl.Expr]:
    conditions = [pl.col("tags").list.contains(tag) for tag in selection.tags]
    if selection.author is not None:
        conditions.append(pl.col("model_id").str.starts_with(f"{selection.author}/"))
    if selection.search is not None:
        conditions.append(pl.col("model_id").str.to_lowercase().str.contains(selection.search, literal=True))
    if selection.pipeline_tag is not None:
        conditions.append(pl.col("pipeline_tag") == selection.pipeline_tag)
    if selection.gated is not None:
        conditions.append((pl.col("gated").fill_null("false") != "false") == selection.gated)
    return conditions


def _comes_later(value: Any, other: Any, *, ascending: bool) -> bool:
    if value is None or other is None:
        return value is None
    return bool(value > other if ascending else value < other)


def _sort_keys(records: pl.DataFrame) -> dict[str, pl.Series]:
    """Return the sort values a row; those of a malformed record are read from its text, so that it stands among others."""
    columns = {"_id": "hub_object_id", **SORT_COLUMNS}
    held = {wire: column for wire, column in columns.items() if column in records.columns}
    keys = records.select(_sort_key(records, wire, column) for wire, column in held.items())
    absent = {wire: pl.Series(wire, [None] * len(records), dtype=pl.String()) for wire in columns if wire not in held}
    return {wire: keys[wire] for wire in held} | absent


def _sort_key(records: pl.DataFrame, wire: str, column: str) -> pl.Expr:
    if "raw" not in records.columns:
        return pl.col(column).alias(wire)
    in_text = pl.col("raw").str.json_path_match(f"$['{wire}']").cast(records.schema[column], strict=False)
    return pl.coalesce(column, in_text).alias(wire)


def _a_minute_later() -> pl.Expr:
    instant = pl.col("last_modified").str.to_datetime("%Y-%m-%dT%H:%M:%S%.fZ", time_unit="ms", strict=False)
    return pl.coalesce((instant + pl.duration(minutes=1)).dt.strftime("%Y-%m-%dT%H:%M:%S%.3fZ"), "last_modified")


_MOVES = {name: pl.col(name) * 2 + 1 for name in ("downloads_30d", "likes", "trending_score")} | {
    "last_modified": _a_minute_later()
}
