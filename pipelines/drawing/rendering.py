"""Vega-Lite specifications turned into files on this machine, by vl-convert: nothing is fetched, neither now nor by readers."""

from __future__ import annotations

from collections.abc import Callable
from importlib import import_module
from typing import Any

from pipelines.drawing.style import Spec
from warehouse.errors import UsageError


def as_svg(spec: Spec) -> str:
    """Return a drawing as SVG text.

    Raises:
        UsageError: vl-convert is not installed.
    """
    return str(_renderer("vegalite_to_svg")(spec))


def as_png(spec: Spec, *, scale: float = 2.0) -> bytes:
    """Return a drawing as PNG, ``scale`` pixels for each of its units; errors as in `as_svg`."""
    return bytes(_renderer("vegalite_to_png")(spec, scale=scale))


def as_html(spec: Spec) -> str:
    """Return a drawing as a page that holds all it needs, scripts included; errors as in `as_svg`."""
    return str(_renderer("vegalite_to_html")(spec, bundle=True))


def _renderer(name: str) -> Callable[..., Any]:
    try:
        converter = import_module("vl_convert")
    except ModuleNotFoundError as error:
        hint = "pip install 'hubtree[plots]'"
        raise UsageError("pictures need vl-convert, which is not installed", hint=hint) from error
    render: Callable[..., Any] = getattr(converter, name)
    return render
