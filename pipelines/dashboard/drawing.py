"""Figures as Vega-Lite charts, turned into SVG on this machine: pictures that need no script."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import Final

import polars as pl

from pipelines.dashboard.figures import Figure
from pipelines.dashboard.flows import flow_bands
from pipelines.drawing.rendering import as_svg
from pipelines.drawing.style import HEIGHT, NAMES, PALETTE, WIDTH, Spec, data_of, whole
from pipelines.scaling.charts.drawing import DRAWN

_ROW: Final = 19
"""Height of a row of bars, in pixels."""
_MOST_ROWS: Final = 25
"""Bars and dots drawn; the table and the CSV have the rest."""

_Says = Mapping[str, str]


def draw(figure: Figure) -> str:
    """Return the figure as SVG text, or an empty text where it is a table alone or has no rows.

    Raises:
        UsageError: vl-convert is not installed.
    """
    kind = figure.says["chart"]
    if kind == "none" or figure.rows.is_empty():
        return ""
    svg = as_svg(whole(_KINDS[kind](figure.rows, figure.says)), scope=figure.name)
    # Only the shape of the picture counts, as it scales with the page; what it says stands in the table.
    return re.sub(r'<svg ([^>]*?)width="[\d.]+" height="[\d.]+"', r'<svg aria-hidden="true" \1', svg, count=1)


def _limited(rows: pl.DataFrame, category: str) -> pl.DataFrame:
    """Keep the rows of the first categories, in the order of the SQL."""
    first = rows[category].unique(maintain_order=True).head(_MOST_ROWS)
    return rows.filter(pl.col(category).is_in(first.implode()))


def _named(column: str) -> Spec:
    """Return a channel of names in the order of the rows."""
    return {"field": column, "type": "nominal", "sort": None, "title": None}


def _measured(says: _Says, key: str) -> Spec:
    is_log = says.get("scale") in ({"log", "log x"} if key == "x" else {"log"})
    scale: Spec = {"type": "log"} if is_log else {"zero": "low" not in says and says["chart"] != "points"}
    return {
        "field": says[key],
        "type": "quantitative",
        "title": says["unit"],
        "scale": scale,
        "axis": {"tickCount": 5, "labelLimit": 90},
    }


def _series(says: _Says, *more: str) -> Spec:
    """Return the channels that tell series apart: colour, and those named in ``more``."""
    if "color" not in says:
        return {"color": {"value": PALETTE[0]}}
    return {channel: _named(says["color"]) for channel in ("color", *more)}


def _bars(rows: pl.DataFrame, says: _Says) -> Spec:
    """One horizontal bar a category of ``x``; its length is ``y``."""
    drawn = _limited(rows, says["x"])
    return {
        "data": data_of(drawn),
        "mark": "bar",
        "width": WIDTH - NAMES,
        "height": {"step": _ROW},
        "encoding": {"y": _named(says["x"]), "x": _measured(says, "y"), **_series(says)},
    }


def _intervals(rows: pl.DataFrame, says: _Says) -> Spec:
    """One dot with its 95 % interval a category of ``x``; series stand below each other."""
    drawn = _limited(rows, says["x"])
    n_series = drawn[says["color"]].n_unique() if "color" in says else 1
    apart = {"yOffset": _named(says["color"])} if "color" in says else {}
    ends = {"x": _measured(says, "low"), "x2": {"field": says["high"]}}
    # One legend is enough: that of the colours.
    shape = {"shape": {**_named(says["color"]), "legend": None}} if apart else {}
    layers = [
        {"mark": {"type": "rule", "strokeWidth": 2}, "encoding": ends},
        {
            "mark": {"type": "point", "filled": True, "size": 45},
            "encoding": {"x": _measured(says, "y"), **shape},
        },
    ]
    chart = {
        "width": WIDTH - NAMES,
        "height": max(_ROW, 9 * n_series + 6) * drawn[says["x"]].n_unique(),
        "encoding": {"y": _named(says["x"]), **apart, **_series(says)},
        "layer": layers,
    }
    if "panel" not in says:
        return {"data": data_of(drawn), **chart}
    return {"data": data_of(drawn), "facet": {"row": _named(says["panel"])}, "spec": chart}


def _lines(rows: pl.DataFrame, says: _Says) -> Spec:
    """One line a colour over ``x``, with its 95 % band where there is one."""
    is_time = rows.schema[says["x"]].is_temporal()
    title = None if is_time else says["x"].replace("_", " ")
    x = {"field": says["x"], "type": "temporal" if is_time else "quantitative", "title": title}
    layers: list[Spec] = [
        {
            "mark": {"type": "line", "strokeWidth": 2},
            "encoding": {"y": _measured(says, "y"), **_series(says, *(["strokeDash"] if "color" in says else []))},
        }
    ]
    if "low" in says:
        ends = {"y": _measured(says, "low"), "y2": {"field": says["high"]}, **_series(says)}
        layers.insert(0, {"mark": {"type": "area", "opacity": 0.2}, "encoding": ends})
    size = {"width": WIDTH - 70, "height": HEIGHT}
    return {"data": data_of(rows), **size, "encoding": {"x": x}, "layer": layers}


def _points(rows: pl.DataFrame, says: _Says) -> Spec:
    """One point a row; both axes logarithmic where the header says so."""
    x = {**_measured(says, "x"), "title": says["x"].replace("_", " ")}
    return {
        "data": data_of(rows),
        "mark": {"type": "point", "filled": True, "size": 28, "opacity": 0.6},
        "width": WIDTH - 70,
        "height": HEIGHT,
        "encoding": {"x": x, "y": _measured(says, "y"), **_series(says)},
    }


def _heat(rows: pl.DataFrame, says: _Says) -> Spec:
    """One square a pair of ``x`` (rows) and ``color`` (columns), darker for more; the number stands in it."""
    darkness = {
        "field": says["y"],
        "type": "quantitative",
        "title": says["unit"],
        "scale": {"scheme": "cividis", "reverse": True},
    }
    middle = float(rows.select(pl.col(says["y"]).max()).item() or 0) / 2
    ink = {"condition": {"test": f"datum['{says['y']}'] > {middle}", "value": "white"}, "value": "black"}
    number = {"field": says["y"], "type": "quantitative", "format": ".2~f"}
    return {
        "data": data_of(rows),
        "width": WIDTH - NAMES,
        "height": {"step": 28},
        "encoding": {"y": _named(says["x"]), "x": _named(says["color"])},
        "layer": [
            {"mark": "rect", "encoding": {"color": darkness}},
            {"mark": {"type": "text", "fontSize": 11}, "encoding": {"text": number, "color": ink}},
        ],
    }


def _flows(rows: pl.DataFrame, says: _Says) -> Spec:
    """A Sankey diagram: parents' values left (``x``), children's right (``color``), bands as wide as ``y``."""
    bands, labels = flow_bands(rows.select(source=says["x"], target=says["color"], size=says["y"]))
    across = {"field": "x", "type": "quantitative", "axis": None, "scale": {"domain": [-0.45, 1.45]}}
    down = {"type": "quantitative", "axis": None, "scale": {"domain": [0, 1], "reverse": True}}
    ribbons = {
        "data": data_of(bands),
        "mark": {"type": "area", "opacity": 0.65},
        "encoding": {
            "x": across,
            "y": {"field": "low", **down},
            "y2": {"field": "high"},
            "detail": {"field": "flow"},
            "color": {**_named("source"), "legend": None},
        },
    }
    names = [
        {
            "data": data_of(labels.filter(pl.col("side") == side)),
            "mark": {"type": "text", "align": align, "dx": shift, "fontSize": 12},
            "encoding": {"x": across, "y": {"field": "y", **down}, "text": {"field": "label"}},
        }
        for side, align, shift in (("source", "right", -5), ("target", "left", 5))
    ]
    return {"width": WIDTH, "height": 360, "layer": [ribbons, *names]}


def _of_a_law(kind: str) -> Callable[[pl.DataFrame, _Says], Spec]:
    """Draw rows as `hubtree scaling plot` draws them."""
    return lambda rows, _: DRAWN[kind](rows)


_KINDS: Final[Mapping[str, Callable[[pl.DataFrame, _Says], Spec]]] = {
    "bars": _bars,
    "intervals": _intervals,
    "lines": _lines,
    "points": _points,
    "heat": _heat,
    "flows": _flows,
    **{f"law {kind}": _of_a_law(kind) for kind in DRAWN},
}
"""The kinds of drawing that a header may ask for."""
