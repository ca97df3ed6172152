"""The commands of scaling laws: what there is to fit; fits are in `scaling_fits`, pictures in `scaling_plot`."""

from __future__ import annotations

import json

import typer

from pipelines import steps
from pipelines.cli import scaling_fits, scaling_plot
from pipelines.cli.choices import AsJson
from pipelines.cli.output import print_table, tell
from pipelines.settings import Settings

scaling = typer.Typer(name="scaling", help="Observed losses and the laws fitted to them.", no_args_is_help=True)


@scaling.command()
def losses(as_json: AsJson = False) -> None:
    """List the series of losses that were imported: counts, ranges, sources, and what was set aside.

    Example: hubtree scaling losses
    """
    series = steps.loss_series(Settings.from_environment())
    if as_json:
        tell(json.dumps(series.to_dicts()))
    else:
        from pipelines.scaling.series import in_short

        print_table(in_short(series), wraps=True)


def register(app: typer.Typer) -> None:
    """Add the group of commands to the application."""
    scaling_fits.register(scaling)
    scaling.command()(scaling_plot.plot)
    app.add_typer(scaling)
