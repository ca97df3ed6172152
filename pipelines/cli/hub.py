"""The command that serves a hub in a box."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Annotated, Literal

import typer

from pipelines.cli.output import tell
from warehouse.errors import UsageError
from warehouse.files import write_whole


def local_hub(
    models: Annotated[int, typer.Option(min=1, help="Size of the planted hub.")] = 5000,
    seed: Annotated[int, typer.Option(help="Seed of the planted hub: the same seed gives the same hub.")] = 0,
    port: Annotated[int, typer.Option(min=0, max=65535, help="Port on 127.0.0.1; 0 takes a free one.")] = 0,
    listing: Annotated[Path | None, typer.Option(help="Serve this recorded listing instead of planted models.")] = None,
    landing: Annotated[Path | None, typer.Option(help="Serve this landing zone instead of planted models.")] = None,
    faults: Annotated[
        Literal["none", "everything"], typer.Option(help="Show every fault that a patient client survives.")
    ] = "none",
    truth: Annotated[Path | None, typer.Option(help="Write the planted truth as Parquet tables into this folder.")] = None,
    ready_file: Annotated[Path | None, typer.Option(help="Write the address into this file once the hub answers.")] = None,
    log_file: Annotated[Path | None, typer.Option(help="Append every request to this JSON Lines file.")] = None,
) -> None:
    """Serve a model hub in a box on this machine, until interrupted.

    Example: hubtree local-hub --models 500 --port 8765
    """
    from pipelines.local_hub import planted, serving, sources
    from pipelines.local_hub.faults import FaultPlan

    if listing and landing:
        raise UsageError("--listing and --landing exclude each other")
    if truth:
        planted.write_truth(planted.plant(models, seed), truth)
    if listing:
        store = sources.recorded(listing=listing)
    elif landing:
        store = sources.landed(landing)
    else:
        store = sources.planted(models, seed)
    plan = FaultPlan.everything() if faults == "everything" else None

    def ready(endpoint: str) -> None:
        if ready_file:
            write_whole(ready_file, lambda path: path.write_text(endpoint, encoding="utf-8"))
        tell(f"{endpoint} serves {len(store):,} models; stop it with Ctrl-C")
        sys.stdout.flush()

    raise typer.Exit(serving.serve_forever(store, serving.LOOPBACK, port, plan, ready, log_path=log_file))


def register(app: typer.Typer) -> None:
    """Add the command to the application."""
    app.command("local-hub")(local_hub)
