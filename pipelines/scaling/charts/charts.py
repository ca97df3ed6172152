"""A study's pictures, each a question with its answer, what it rests on, and where it comes from."""

from __future__ import annotations

from typing import Final, Literal, get_args

from pipelines.drawing.chart import Chart
from pipelines.scaling.charts.drawing import DRAWN
from pipelines.scaling.charts.rows import ROWS
from pipelines.scaling.study import Study

Kind = Literal["contours", "residuals", "fan", "profiles", "errors"]
KINDS: Final[tuple[Kind, ...]] = get_args(Kind)

QUESTIONS: Final[dict[Kind, str]] = {
    "contours": "How is compute best split between parameters and tokens?",
    "residuals": "Does the law miss anything it should have seen?",
    "fan": "Was the largest model's loss foreseen?",
    "profiles": "How sharply do the losses tell each parameter?",
    "errors": "How many models and tokens does a forecast need?",
}


def chart_of(study: Study, kind: Kind) -> Chart:
    """Return one picture of a study.

    Raises:
        KeyError: there is no such kind.
        ValueError: the study has nothing to show of it; the message says why.
    """
    if kind not in QUESTIONS:
        raise KeyError(f"no picture is called {kind}; there are {', '.join(KINDS)}")
    rows = ROWS[kind](study)
    if rows.is_empty():
        raise ValueError(f"{study.series}: {_why_empty(study, kind)}")
    told = f"{study.series}, {study.protocol.law}; {study.seen.n:,} losses in nats; source: {study.group[0]}"
    return Chart(QUESTIONS[kind], told, rows, DRAWN[kind](rows))


def _why_empty(study: Study, kind: Kind) -> str:
    refusal = next((each.words for each in study.findings if each.severity == "error"), "")
    if study.fit is None:
        return f"nothing was fitted ({refusal})"
    if kind == "contours":
        return f"{study.protocol.law} does not read parameters and tokens alone"
    return "too few sizes to hold out the largest model" if study.held_out is None else "compute is not known"
