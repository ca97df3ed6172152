"""Vega-Lite specifications turned into files on this machine, by vl-convert: nothing is fetched, neither now nor by readers."""

from __future__ import annotations

import re
from collections.abc import Callable
from importlib import import_module
from typing import Any, Final

from pipelines.drawing.style import Spec
from warehouse.errors import UsageError

_COUNTED: Final = re.compile(r"\b(?:gradient_|clip)\d+\b")


def as_svg(spec: Spec, *, scope: str = "drawn") -> str:
    """Return a drawing as SVG text, the same for the same specification.

    Args:
        spec: the drawing.
        scope: begins the ids inside, so that several drawings may stand on one page.

    Raises:
        UsageError: vl-convert is not installed.
    """
    svg = str(_renderer("vegalite_to_svg")(spec))
    # The renderer counts its ids over all drawings of the process.
    counted = {name: f"{scope}-{place}" for place, name in enumerate(dict.fromkeys(_COUNTED.findall(svg)))}
    return _COUNTED.sub(lambda found: counted[found[0]], svg)


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
