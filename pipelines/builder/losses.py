"""Losses of the landing zone, screened: for the build's tables, and for a fit that does not wait for a build."""

from __future__ import annotations

from typing import Final

import duckdb
import polars as pl

from pipelines.builder.folder import BuildFolder
from pipelines.scaling.screening import BrokenColumn, broken_columns, screen
from pipelines.settings import Settings
from warehouse import publisher, sqlfiles
from warehouse.engine import Engine
from warehouse.files import write_whole
from warehouse.landing.files import landing_files, one_a_path, verify
from warehouse.landing.schema import KINDS
from warehouse.paths import Layout
from warehouse.reading import reading_file

_VERDICT: Final = ("landing_file", "file_rank", "row_number", "field", "reason", "misfits", "broken_columns", "is_final")
OBSERVATION_COLUMNS: Final = (
    "series", "run_id", "model_ref", "parameter_count", "non_embedding_parameter_count", "parameter_definition",
    "token_count", "unique_token_count", "epochs", "compute_flop", "width", "depth", "step", "seed", "schedule", "eval_set",
    "tokenizer", "loss", "log_base", "is_final", "broken_columns", "source_name", "source_file", "source_row",
)  # fmt: skip

_READING_MEMORY: Final = "300MB"
"""Memory of the engine that only joins and sorts what was landed; a million losses spill to disk and stay below 1 GB in all."""


def write_loss_verdicts(folder: BuildFolder, engine: Engine) -> None:
    """Write ``stage/loss_verdicts``, one row a landed loss of a newest import, and ``stage/broken_loss_columns``."""
    rows = engine.frame("stage", "loss_rows")
    broken = broken_columns(rows)
    verdicts = screen(rows, broken).select(_VERDICT)
    faults = _faults(rows, broken)
    for name, frame in (("loss_verdicts", verdicts), ("broken_loss_columns", faults)):
        write_whole(folder.table("stage", name), frame.write_parquet, durable=False)


def see_losses_of_the_hub(folder: BuildFolder, engine: Engine) -> None:
    """Make ``hub_losses`` known to an engine that sees ``cards``: what models' own cards state."""
    folder.see(engine, "stage", "card_losses")
    folder.see(engine, "main", "models", "evaluation_claims")
    engine.keep("main", "hub_losses")


def _faults(rows: pl.DataFrame, broken: list[BrokenColumn]) -> pl.DataFrame:
    """Return one row a broken column, at the first row of its source file."""
    table = pl.DataFrame(
        [(fault.source_name, fault.source_file, fault.column, fault.words) for fault in broken],
        schema=dict.fromkeys(("source_name", "source_file", "field", "words"), pl.String),
        orient="row",
    )
    first = rows.unique(["source_name", "source_file"], keep="first", maintain_order=True)
    places = first.select("source_name", "source_file", "landing_file", "row_number", "observed_at")
    return table.join(places, on=["source_name", "source_file"], maintain_order="left")


def read_observations(settings: Settings) -> pl.DataFrame:
    """Return every imported loss that can be true, built or not, and those that cards stated as of the last build.

    One row an observation with the columns of `OBSERVATION_COLUMNS`, sorted by source, file, row and evaluation set. Losses
    are in nats, N in parameters, D and U in tokens, C in FLOP; columns that a source's own rows contradict are null.

    Raises:
        CorruptFile: a landing file does not match its checksum.
    """
    kept = read_judged(settings).filter(pl.col("reason").is_null())
    return kept.select(OBSERVATION_COLUMNS).sort("source_name", "source_file", "source_row", "eval_set")


def read_judged(settings: Settings) -> pl.DataFrame:
    """Return the same losses, and with their ``reason`` those that can't be true.

    Raises:
        CorruptFile: a landing file does not match its checksum.
    """
    imported = _screened(settings).select(*OBSERVATION_COLUMNS, "reason")
    return pl.concat([imported, _of_cards(settings.layout).with_columns(reason=pl.lit(None, dtype=pl.String))])


def _of_cards(layout: Layout) -> pl.DataFrame:
    """Return the published losses of cards; a file published by an older contract has none."""
    schema = {name: KINDS["losses"].get(name, pl.List(pl.String())) for name in OBSERVATION_COLUMNS}
    database = publisher.published_file(layout)
    if database is None:
        return pl.DataFrame(schema=schema)
    with reading_file(database), duckdb.connect(str(database), read_only=True) as connection:
        if not connection.execute("select count(*) from duckdb_tables() where table_name = 'losses'").fetchall()[0][0]:
            return pl.DataFrame(schema=schema)
        return connection.sql(sqlfiles.load("query", "losses_of_cards").text).pl().cast(pl.Schema(schema))


def _screened(settings: Settings) -> pl.DataFrame:
    """Return every loss of the newest imports with ``reason``, null where it is kept."""
    scratch = settings.layout.cache / "scratch"
    with Engine(scratch, threads=settings.threads, memory_limit=_READING_MEMORY) as engine:
        for kind in ("losses", "runs"):
            files = landing_files(settings.layout.landing, kind)
            for file in one_a_path(files):
                verify(file)
            engine.see_landing(kind, files)
        engine.see_view("stage", "loss_rows")
        rows = engine.frame("stage", "losses_to_judge")
    return screen(rows, broken_columns(rows))
