"""The build's part of drift: declared traits and edges out of the finished tables, drift tables written beside them."""

from __future__ import annotations

import polars as pl

from pipelines.builder.folder import BuildFolder
from pipelines.drift.describing import describe_drift
from pipelines.drift.language_values import LanguageReader
from pipelines.drift.license_values import License, LicenseReader
from pipelines.drift.rules import Declared, Facts
from pipelines.drift.values import Readers
from warehouse import codes
from warehouse.contract import TABLES
from warehouse.engine import Engine
from warehouse.files import write_whole

_NOT_PUBLISHED = "moves"
"""Moves by family, from which orders of values are made."""


def write_drift(folder: BuildFolder, engine: Engine) -> int:
    """Write the drift tables; the engine sees ``models`` and ``edges``. Return the rows of ``trait_transitions``."""
    engine.see_frame("code_tool_defaults", codes.frame("tool_defaults"))
    engine.keep("drift", "declared_values")
    declared = Declared(
        edges=engine.frame("drift", "compared_edges"),
        models=engine.frame("drift", "compared_models"),
        values=engine.frame("drift", "linked_values"),
        counted=engine.frame("drift", "counted_values"),
    )
    tables = describe_drift(declared, known_facts())
    folder.see(engine, "lineage", "card_metadata")
    spellings = engine.frame("drift", "written_spellings")
    read = tables["trait_values"]
    tables["trait_values"] = read.join(spellings, on=["trait", "raw_value"], how="left", maintain_order="left")
    for name, frame in tables.items():
        layer, rows = ("drift", frame) if name == _NOT_PUBLISHED else ("main", frame.select(TABLES[name].column_names))
        write_whole(folder.table(layer, name), rows.write_parquet, durable=False)
    return tables["trait_transitions"].height


def known_facts() -> Facts:
    """Return what the code tables say of licences, languages and tools."""
    known = {
        license_id: License(spdx, license_class)
        for license_id, spdx, license_class in codes.frame("licenses")
        .select("license_id", "license_spdx", "license_class")
        .iter_rows()
    }
    languages = codes.frame("languages").filter(pl.col("kind") == "language").select("language_code", "is_ambiguous_tag")
    aliases = dict(codes.frame("license_aliases").filter(kind="id").select("alias", "license_id").iter_rows())
    tools = codes.frame("tool_defaults")
    # A model with several tags counts for the tool that writes a licence; among such, by the order of the tags.
    ranked = tools.sort(pl.col("default_license_ids").is_null(), "tool_tag")
    return Facts(
        readers=Readers(LicenseReader(known, aliases), LanguageReader(dict(languages.iter_rows()))),
        license_classes={name: entry.license_class for name, entry in known.items()},
        tool_defaults={
            tag: frozenset((ids or "").split()) for tag, ids in tools.select("tool_tag", "default_license_ids").iter_rows()
        },
        tool_names=dict(ranked.select("tool_tag", "tool").iter_rows()),
        listed_since=dict(codes.frame("license_terms").select("license_id", "hub_since").drop_nulls().iter_rows()),
        plain_languages=frozenset(languages["language_code"]),
    )
