"""The command that draws what a fit says: hubtree scaling plot."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Literal

import typer

from pipelines.cli import scaling_fits
from pipelines.cli.output import tell
from warehouse.errors import UsageError

Kind = Literal["contours", "residuals", "fan", "profiles", "errors"]


def plot(
    source: scaling_fits.Source = None, form: scaling_fits.Format = None, mapping: scaling_fits.Map = None,
    series: scaling_fits.Series = None, eval_set: scaling_fits.EvalSet = None,
    kind: Annotated[Kind, typer.Option(help="contours: equal losses and the best split of compute; residuals; fan: the "
        "forecast of the largest model; profiles: of each parameter; errors: by models and tokens fitted.")] = "contours",
    out: Annotated[Path | None, typer.Option("--out", "-o", help="The file; its ending says what it is: .svg, .png, .html, "
        ".json (Vega-Lite) or .csv (the rows drawn). Else KIND.svg.")] = None,
    law: scaling_fits.LawName = "chinchilla", delta: scaling_fits.Delta = "0.001", raw: scaling_fits.Raw = False,
    fix: scaling_fits.Fix = None, borrowed_from: scaling_fits.BorrowedFrom = "", drop_highest: scaling_fits.DropHighest = None,
    final: scaling_fits.Final = False, cut_share: scaling_fits.CutShare = 0.0, cut_tokens: scaling_fits.CutTokens = 0.0,
    largest: scaling_fits.Largest = 0.0, replicates: scaling_fits.Replicates = 400, resample: scaling_fits.Resample = "auto",
    seed: scaling_fits.Seed | None = None, anyway: scaling_fits.Anyway = False,
) -> None:  # fmt: skip
    """Draw what the law of one series says. Needs the extra plots, but for .json and .csv.

    Example: hubtree scaling plot chinchilla --kind contours -o split.svg

    Example: hubtree scaling plot runs.csv --map loss=final_loss,N=params,D=tokens --kind fan -o forecast.html
    """
    from pipelines.scaling.charts.charts import chart_of

    protocol = scaling_fits.protocol_of(
        law, delta, raw, fix, borrowed_from, drop_highest, final, cut_share, cut_tokens, largest, replicates, resample, seed,
        anyway,
    )  # fmt: skip
    losses = scaling_fits.chosen_losses(source, form, mapping, series, eval_set)
    studies = scaling_fits.studies_of(losses, protocol)
    if len(studies) > 1:
        names = ", ".join(study.series for study in studies[:12])
        raise UsageError(f"a picture shows one series, and there are {len(studies)}", hint=f"--series, --eval-set: {names}")
    try:
        chart = chart_of(studies[0], kind)
    except ValueError as error:
        raise UsageError(
            f"no {kind} to draw of {error}", hint="another --kind or --law; hubtree scaling fit says more"
        ) from error
    file = chart.save(out or Path(f"{kind}.svg"))
    tell(f"wrote {kind} of {studies[0].series} ({chart.rows.height:,} rows) to {file}")
