"""The build's steps as functions from tables to tables: stage, card texts, lineage, assembly."""

from __future__ import annotations

from pathlib import Path

import polars as pl

from pipelines.builder.card_statements import write_card_statements
from pipelines.builder.folder import BuildFolder
from pipelines.builder.lookalike_pairs import write_lookalikes
from pipelines.builder.losses import see_losses_of_the_hub, write_loss_verdicts
from pipelines.builder.relations import relation_signs
from pipelines.builder.scaling import write_scaling
from pipelines.lineage.concentration import tree_concentration
from pipelines.lineage.disagreements import find_disagreements
from pipelines.lineage.families import describe_lineage
from pipelines.lineage.inheritance import mark_inheritance
from pipelines.lineage.relation import relate
from pipelines.lineage.resolving import accept_edges, name_placeholders, resolve_claims, resolve_uses
from pipelines.lineage.succession import resolve_successions
from pipelines.settings import Settings
from warehouse import codes, publisher
from warehouse.contract import TABLES
from warehouse.engine import Engine
from warehouse.files import write_whole

_STAGED = ("latest", "record_counts", "renames", "removals", "tag_facts", "card_facts", "card_visits", "trait_history")
_MEASURED = ("losses", "evaluations")
_VERDICTS = ("loss_verdicts", "broken_loss_columns", "evaluation_verdicts")
_MODEL_INPUTS = ("licenses_declared", "languages_declared", "architectures_declared", "weights_held")


def stage(folder: BuildFolder, settings: Settings) -> dict[str, int]:
    """Read the landing zone: who is known, what each newest observation says, and what could not be read."""
    with _engine(folder, settings, "listing", "details", "cards", "lookups", "daily", *_MEASURED, "runs") as engine:
        engine.see_frame("code_languages", codes.frame("languages"))
        engine.keep("stage", "observations")
        for name in _STAGED:
            engine.write("stage", name, folder.table("stage", name))
            folder.see(engine, "stage", name)
        write_loss_verdicts(folder, engine)
        engine.write("stage", "evaluation_verdicts", folder.table("stage", "evaluation_verdicts"))
        folder.see(engine, "stage", *_VERDICTS)
        for name in ("quarantine", "parent_lookups"):
            engine.write("main", name, folder.table("main", name))
    return {"models": _height(folder.table("stage", "latest")), "set_aside": _height(folder.table("main", "quarantine"))}


def describe_descent(folder: BuildFolder, settings: Settings) -> dict[str, int]:
    """Turn claims into edges and families, and make the tables that need them: cards come first, as they carry claims."""
    with _engine(folder, settings) as engine:
        folder.see(engine, "stage", "latest", "tag_facts", "card_facts", "card_visits", "card_texts", "card_claims", "renames")
        folder.see(engine, "stage", "card_sections")
        engine.write("main", "cards", folder.table("main", "cards"))
        folder.see(engine, "main", "cards")
        engine.write("lineage", "card_metadata", folder.table("lineage", "card_metadata"))
        folder.see(engine, "lineage", "card_metadata")
        write_card_statements(folder, engine)
        engine.keep("lineage", "stated_parents")
        claims = engine.frame("lineage", "claims")
        uses = engine.frame("lineage", "merge_uses")
        successions = engine.frame("lineage", "succession_claims")
        renames = engine.table("renames")
        models = engine.frame("lineage", "births")
    legacy = codes.frame("legacy_ids").select(old_id="legacy_id", model_id="model_id")
    lookups = pl.read_parquet(folder.table("main", "parent_lookups"))
    parent_claims = name_placeholders(resolve_claims(claims, models, renames, legacy), lookups)
    _write(folder.table("main", "parent_claims"), parent_claims)
    _write(folder.table("main", "claim_disagreements"), find_disagreements(parent_claims))
    merge_recipes = resolve_uses(uses, models, renames, legacy)
    _write(folder.table("main", "merge_recipes"), merge_recipes)
    _write(folder.table("main", "successions"), resolve_successions(successions, models, renames, legacy))
    accepted = accept_edges(parent_claims, models)
    related = mark_inheritance(relate(accepted, relation_signs(folder, settings, accepted)), parent_claims, merge_recipes)
    counts = _write_lineage(folder, related, models)
    _write_models(folder, settings)
    return {"claims": parent_claims.height, **counts, **write_lookalikes(folder, settings)}


def _write_lineage(folder: BuildFolder, related: pl.DataFrame, models: pl.DataFrame) -> dict[str, int]:
    lineage = describe_lineage(related, models)
    _write(folder.table("main", "edges"), lineage.edges.select(TABLES["edges"].column_names))
    _write(folder.table("main", "families"), lineage.families.select(TABLES["families"].column_names))
    concentration = tree_concentration(lineage.families, models.height)
    _write(folder.table("main", "tree_concentration"), concentration.select(TABLES["tree_concentration"].column_names))
    numbered = lineage.nodes.join(models.select("model_id", "model_number"), on="model_id").sort("model_number")
    _write(folder.table("lineage", "nodes"), numbered)
    return {"edges": lineage.edges.height, "families": lineage.families.height}


def _write_models(folder: BuildFolder, settings: Settings) -> None:
    with _engine(folder, settings, "listing", "details") as engine:
        folder.see(engine, "stage", *_STAGED)
        folder.see(engine, "lineage", "card_metadata", "nodes")
        engine.see_frame("code_licenses", codes.frame("licenses"))
        engine.see_frame("code_architectures", codes.frame("architectures"))
        for name in _MODEL_INPUTS:
            engine.keep("main", name)
        engine.write("main", "models", folder.table("main", "models"))


def assemble(folder: BuildFolder, settings: Settings) -> dict[str, int]:
    """Make the remaining published tables and load all of them into the build's private DuckDB file."""
    from pipelines.builder.downstream import write_downstream

    write_the_rest(folder, settings)
    write_downstream(folder)
    write_scaling(folder, settings.layout)
    tables = {name: folder.table("main", name) for name in TABLES if name != "check_results"}
    publisher.load(folder.database, tables, threads=settings.threads, memory_limit=settings.memory_limit)
    return {name: _height(path) for name, path in tables.items()}


def write_the_rest(folder: BuildFolder, settings: Settings) -> None:
    """Write the published tables that SQL makes of the landing zone and nothing before needed."""
    with _engine(folder, settings, "cards", "lookups", "daily", *_MEASURED, "runs", "steps") as engine:
        folder.see(engine, "stage", "record_counts", "card_visits", "card_texts", "latest", *_VERDICTS)
        folder.see(engine, "main", "cards", "quarantine", "parent_lookups")
        see_losses_of_the_hub(folder, engine)
        for name in ("daily_metrics", *_MEASURED, "runs", "run_steps"):
            engine.write("main", name, folder.table("main", name))
        engine.see_frame("code_benchmarks", codes.frame("benchmarks"))
        folder.see(engine, "main", "daily_metrics", *_MEASURED)
        for name in ("claimed_results", "conservation"):
            engine.write("main", name, folder.table("main", name))


def _engine(folder: BuildFolder, settings: Settings, *landing: str) -> Engine:
    return folder.engine(settings, landing=landing)


def _write(path: Path, frame: pl.DataFrame) -> None:
    write_whole(path, frame.write_parquet, durable=False)


def _height(path: Path) -> int:
    height: int = pl.scan_parquet(path).select(pl.len()).collect().item()
    return height
