"""The look of all pictures: colours of Okabe and Ito (Color Universal Design, 2008), told apart by every kind of colour vision.

Series also differ in shape or dash. Pictures are drawn narrow and scale up, so that their letters are readable on a phone.
"""

from __future__ import annotations

from typing import Any, Final

import polars as pl

Spec = dict[str, Any]
"""A Vega-Lite specification, or a part of one."""

WIDTH: Final = 400
HEIGHT: Final = 230
NAMES: Final = 170
"""Pixels: the whole picture, a chart's height, and what names beside bars may take."""

PALETTE: Final = ("#0072B2", "#D55E00", "#009E73", "#CC79A7", "#E69F00", "#56B4E9", "#000000", "#8a8a00", "#9a9a9a", "#5e3c99")
GREY: Final = "#767676"

_LETTERS: Final = {"labelFontSize": 12, "titleFontSize": 12, "labelLimit": NAMES}
CONFIG: Final[Spec] = {
    "font": "DejaVu Sans, Verdana, sans-serif",
    "background": "white",
    "axis": {**_LETTERS, "titleFontWeight": "normal", "gridColor": "#e4e4e4"},
    "legend": {**_LETTERS, "orient": "top", "columns": 3, "title": None},
    "header": _LETTERS,
    "range": {"category": list(PALETTE)},
    "view": {"stroke": None},
}
_SCHEMA: Final = "https://vega.github.io/schema/vega-lite/v6.json"


def whole(part: Spec) -> Spec:
    """Return a chart's own part as a specification that stands for itself."""
    return {"$schema": _SCHEMA, "padding": 4, "config": CONFIG, **part}


def data_of(rows: pl.DataFrame) -> Spec:
    """Return rows as a specification's data, instants as texts."""
    temporal = [name for name, kind in rows.schema.items() if kind.is_temporal()]
    return {"values": rows.with_columns(pl.col(temporal).cast(pl.String)).to_dicts()}
