"""A chart by itself: the question it answers, the rows it shows, and its drawing; a notebook shows it, a file keeps it."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import polars as pl

from pipelines.drawing.rendering import as_html, as_png, as_svg
from pipelines.drawing.style import Spec, whole
from warehouse.errors import UsageError
from warehouse.files import write_whole


@dataclass(frozen=True)
class Chart:
    """A question with its picture.

    ``spec`` is plain Vega-Lite, so ``altair.Chart.from_dict(chart.spec)`` takes it over where Altair is installed.
    """

    question: str
    told: str
    """What stands below the title: series, what is counted, unit, source."""
    rows: pl.DataFrame
    part: Spec
    """The chart's own part of the specification."""

    @property
    def spec(self) -> Spec:
        """The whole Vega-Lite specification, title included."""
        title = {"text": self.question, "subtitle": self.told, "anchor": "start", "fontSize": 14, "subtitleFontSize": 11}
        return whole({"title": title, **self.part})

    def svg(self) -> str:
        """Return the picture as SVG text.

        Raises:
            UsageError: vl-convert is not installed (extra ``plots``).
        """
        return as_svg(self.spec)

    def png(self) -> bytes:
        """Return the picture as PNG; errors as in `svg`."""
        return as_png(self.spec)

    def html(self) -> str:
        """Return the picture as a page that needs no network; errors as in `svg`."""
        return as_html(self.spec)

    def json(self) -> str:
        """Return the specification as JSON."""
        return json.dumps(self.spec)

    def save(self, path: str | Path) -> Path:
        """Write the picture, in the form that the file's ending names, and return where.

        Raises:
            UsageError: the ending is none of .svg, .png, .html, .json and .csv.
            NoSpace: the file can't be written.
        """
        file = Path(path)
        if (form := _FORMS.get(file.suffix.lower())) is None:
            hint = f"end it in {', '.join(_FORMS)}"
            raise UsageError(f"{file.name} does not say what kind of picture it is", hint=hint)
        content = form(self)
        whole_file = content.encode() if isinstance(content, str) else content
        write_whole(file, lambda path: path.write_bytes(whole_file))
        return file

    def _repr_mimebundle_(self, **_: object) -> dict[str, object]:
        """Return what a notebook shows: the picture, and its question where pictures can't be drawn."""
        plain: dict[str, object] = {"text/plain": f"{self.question} ({self.told})"}
        try:
            return {**plain, "image/svg+xml": self.svg()}
        except UsageError:
            return plain


_FORMS: Final[Mapping[str, Callable[[Chart], str | bytes]]] = {
    ".svg": Chart.svg,
    ".png": Chart.png,
    ".html": Chart.html,
    ".json": Chart.json,
    ".csv": lambda chart: chart.rows.write_csv(),
}
