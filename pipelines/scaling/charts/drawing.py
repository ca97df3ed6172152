"""How the rows of `rows` are drawn: one Vega-Lite part a kind of picture, for a chart by itself and for the dashboard."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Final

import polars as pl

from pipelines.drawing.style import GREY, HEIGHT, PALETTE, WIDTH, Spec, data_of
from pipelines.scaling.uncertainty.profile import CRITICAL_95

_PLOT: Final = WIDTH - 70
_PANEL: Final = 110
_POINT: Final = {"type": "point", "filled": True, "size": 22, "opacity": 0.6}
THRESHOLDS: Final = (0.05, 0.10, 0.15)
"""Errors that the map draws lines at: the best that is typically reached, useful, still separating choices."""


def _log(field: str, title: str) -> Spec:
    axis = {"tickCount": 5, "format": "~e"}
    return {"field": field, "type": "quantitative", "scale": {"type": "log"}, "title": title, "axis": axis}


def _linear(field: str, title: str) -> Spec:
    return {"field": field, "type": "quantitative", "scale": {"zero": False}, "title": title, "axis": {"tickCount": 5}}


def _of(part: str) -> list[Spec]:
    return [{"filter": f"datum.part === '{part}'"}]


def draw_contours(rows: pl.DataFrame) -> Spec:
    """Lines of equal loss, darker for less; the best split of each budget with its 95 % band; the fitted losses as points."""
    x, y = _log("compute_flop", "training compute in FLOP"), _log("parameter_count", "parameters")
    legend = {"gradientLength": 150, "title": "loss in nats", "orient": "top", "direction": "horizontal"}
    shade = {"field": "loss", "type": "quantitative", "scale": {"scheme": "cividis"}, "legend": legend}
    order = {"field": "parameter_count", "type": "quantitative"}
    ends = {"y": {**y, "field": "low95"}, "y2": {"field": "high95"}}
    layers: list[Spec] = [
        {"transform": _of("best split"), "mark": {"type": "area", "opacity": 0.25, "color": PALETTE[1]}, "encoding": ends},
        {"transform": _of("fitted"), "mark": {**_POINT, "color": GREY}, "encoding": {"y": y}},
        {
            "transform": _of("equal loss"),
            "mark": {"type": "line", "strokeWidth": 1.5},
            "encoding": {"y": y, "color": shade, "detail": {"field": "loss"}, "order": order},
        },
        {
            "transform": _of("best split"),
            "mark": {"type": "line", "strokeWidth": 2.5, "color": PALETTE[1]},
            "encoding": {"y": y},
        },
    ]
    return {"data": data_of(rows), "width": _PLOT, "height": HEIGHT + 40, "encoding": {"x": x}, "layer": layers}


def _panels(rows: pl.DataFrame, by: str, layers: list[Spec]) -> Spec:
    """Panels one below the other, each with its own horizontal axis."""
    header = {"labelOrient": "top", "labelAnchor": "start", "labelAngle": 0, "title": None}
    order = rows[by].unique(maintain_order=True).to_list()
    return {
        "data": data_of(rows),
        "facet": {"row": {"field": by, "type": "nominal", "sort": order, "header": header}},
        "spec": {"width": _PLOT, "height": _PANEL, "layer": layers},
        "resolve": {"scale": {"x": "independent"}, "axis": {"x": "independent"}},
    }


def draw_residuals(rows: pl.DataFrame) -> Spec:
    """Signed residuals against parameters, tokens and their ratio: scattered about zero where the form is right."""
    zero: Spec = {"mark": {"type": "rule", "color": "black"}, "encoding": {"y": {"datum": 0}}}
    points = {"mark": _POINT, "encoding": {"x": _log("position", ""), "y": _linear("residual_percent", "residual in %")}}
    points["mark"] = {**_POINT, "color": PALETTE[0]}
    return _panels(rows, "axis", [zero, points])


def draw_profiles(rows: pl.DataFrame) -> Spec:
    """The likelihood ratio along each parameter; the dashed line is where the 95 % interval ends."""
    limit: Spec = {"mark": {"type": "rule", "strokeDash": [4, 3], "color": GREY}, "encoding": {"y": {"datum": CRITICAL_95}}}
    ratio = {**_linear("likelihood_ratio", "likelihood ratio"), "scale": {"domain": [0, 12], "clamp": True}}
    line: Spec = {
        "mark": {"type": "line", "strokeWidth": 2, "color": PALETTE[0]},
        "encoding": {"x": _linear("parameter_value", ""), "y": ratio},
    }
    return _panels(rows, "parameter", [limit, line])


def draw_fan(rows: pl.DataFrame) -> Spec:
    """The forecast with its 50 and 95 % bands, the losses it was fitted to, and those of the largest model, held out."""
    y = _linear("loss", "loss in nats")
    parts = ["forecast", "fitted", "held out"]
    colour = {"field": "part", "type": "nominal", "scale": {"domain": parts, "range": [PALETTE[0], GREY, PALETTE[1]]}}
    shape = {"field": "part", "type": "nominal", "scale": {"domain": parts, "range": ["stroke", "circle", "diamond"]}}
    bands: list[Spec] = [
        {
            "transform": _of("forecast"),
            "mark": {"type": "area", "opacity": 0.2, "color": PALETTE[0]},
            "encoding": {"y": {**y, "field": low}, "y2": {"field": high}},
        }
        for low, high in (("low95", "high95"), ("low50", "high50"))
    ]
    layers: list[Spec] = [
        *bands,
        {
            "transform": _of("forecast"),
            "mark": {"type": "line", "strokeWidth": 2},
            "encoding": {"y": y, "color": {**colour, "title": None}},
        },
        {
            "transform": [{"filter": "datum.part !== 'forecast'"}],
            "mark": {**_POINT, "size": 40, "opacity": 0.8},
            "encoding": {"y": y, "color": {**colour, "title": None}, "shape": {**shape, "title": None}},
        },
    ]
    x = _log("compute_flop", "training compute in FLOP")
    return {"data": data_of(rows), "width": _PLOT, "height": HEIGHT + 20, "encoding": {"x": x}, "layer": layers}


def draw_errors(rows: pl.DataFrame) -> Spec:
    """Held-out error by models and share of tokens, with lines where it passes 5, 10 and 15 %."""
    half = _half_step(rows)
    cells = rows.with_columns(
        left=(pl.col("token_share") - half) * 100,
        right=(pl.col("token_share") + half) * 100,
        bottom=pl.col("n_models") - 0.5,
        top=pl.col("n_models") + 0.5,
        percent=pl.col("held_out_are") * 100,
        middle=pl.col("token_share") * 100,
    )
    x: Spec = {**_linear("left", "share of each run's tokens in %"), "scale": {"zero": False, "nice": False}}
    y: Spec = {**_linear("bottom", "models fitted, the smallest first"), "scale": {"zero": False, "nice": False}}
    x["axis"], y["axis"] = {"tickMinStep": 10}, {"tickMinStep": 1, "format": "d"}
    darkness = {
        "field": "percent",
        "type": "quantitative",
        "scale": {"type": "sqrt", "scheme": "cividis", "reverse": True, "domainMax": 30, "clamp": True},
        "legend": {"title": "error in %", "gradientLength": 120, "orient": "top", "direction": "horizontal"},
    }
    ink = {"condition": {"test": "datum.percent > 9", "value": "white"}, "value": "black"}
    number = {"field": "percent", "type": "quantitative", "format": ".1f"}
    ends = {"x": x, "x2": {"field": "right"}, "y": y, "y2": {"field": "top"}}
    layers: list[Spec] = [
        {"mark": "rect", "encoding": {**ends, "color": darkness}},
        {
            "mark": {"type": "text", "fontSize": 9},
            "encoding": {
                "x": {**x, "field": "middle"},
                "y": {**y, "field": "n_models"},
                "text": number,
                "color": ink,
            },
        },
        {
            "data": data_of(_steps(rows, half)),
            "mark": {"type": "rule", "color": PALETTE[1], "strokeWidth": 2},
            "encoding": ends,
        },
    ]
    height = min(max(60, 24 * rows["n_models"].n_unique()), 480)
    return {"data": data_of(cells), "width": _PLOT, "height": height, "layer": layers}


def _half_step(rows: pl.DataFrame) -> float:
    steps = rows["token_share"].unique().sort().diff().drop_nulls()
    return float(steps.to_numpy().min()) / 2 if len(steps) else 0.05


def _steps(rows: pl.DataFrame, half: float) -> pl.DataFrame:
    """Return the sides of cells between which the error passes a threshold: the contour lines of a map of cells."""
    known = {(row["n_models"], round(row["token_share"], 6)): row["held_out_are"] for row in rows.iter_rows(named=True)}
    found = []
    for (n, share), error in known.items():
        right, above = known.get((n, round(share + 2 * half, 6))), known.get((n + 1, share))
        left, side, bottom, top = (share - half) * 100, (share + half) * 100, n - 0.5, n + 0.5
        if right is not None and _level(error) != _level(right):
            found.append((side, side, bottom, top))
        if above is not None and _level(error) != _level(above):
            found.append((left, side, top, top))
    return pl.DataFrame(found, schema=dict.fromkeys(("left", "right", "bottom", "top"), pl.Float64), orient="row")


def _level(error: float) -> int:
    return sum(error > threshold for threshold in THRESHOLDS)


DRAWN: Final[Mapping[str, Callable[[pl.DataFrame], Spec]]] = {
    "contours": draw_contours,
    "residuals": draw_residuals,
    "fan": draw_fan,
    "profiles": draw_profiles,
    "errors": draw_errors,
}
"""The kinds of picture."""
