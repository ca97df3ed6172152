"""A small invented hub as a published file: what the tests of queries and extracts read."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path

import polars as pl
from small_hub_cards import CARBON_CLAIMS, CARD_DRIFT, CARD_DUPLICATES, CARDS, EVALUATION_CLAIMS, INHERITED_SECTIONS
from small_hub_drift import drift_rows
from small_hub_licenses import license_rows
from small_hub_lookups import LOOKED_UP
from small_hub_observations import observations
from small_hub_rows import (
    SEEN,
    Row,
    at,
    claim,
    concentration,
    edge,
    family,
    growth_fit,
    lookalike,
    model,
    similarity,
    succession,
    with_interval,
)
from small_hub_scaling import scaling_rows
from small_hub_steps import RUN_STEPS
from small_hub_trends import order_and_trend_rows

from warehouse.contract import TABLES, Table
from warehouse.publisher import load

_TYPES = {
    "VARCHAR": pl.String(),
    "VARCHAR[]": pl.List(pl.String()),
    "BIGINT": pl.Int64(),
    "DOUBLE": pl.Float64(),
    "BOOLEAN": pl.Boolean(),
    "TIMESTAMP": pl.Datetime("us"),
}


def publish(folder: Path, rows: Mapping[str, Sequence[Row]], build_id: str = "b0001") -> Path:
    """Load rows into a published file as the house does, and return the link to it."""
    parquet = {table.name: _write(table, rows.get(table.name, ()), folder / build_id) for table in TABLES.values()}
    target = folder / f"hub-build-{build_id}.duckdb"
    load(target, parquet, threads=1, memory_limit="1GB")
    link = folder / "hub.duckdb"
    link.unlink(missing_ok=True)
    link.symlink_to(target.name)
    return link


def _write(table: Table, rows: Sequence[Row], folder: Path) -> Path:
    folder.mkdir(parents=True, exist_ok=True)
    schema = {column.name: _TYPES[column.type] for column in table.columns}
    unknown = {name for row in rows for name in row} - set(schema)
    assert not unknown, f"{table.name} has no {unknown}"
    path = folder / f"{table.name}.parquet"
    pl.DataFrame([{name: row.get(name) for name in schema} for row in rows], schema=schema).write_parquet(path)
    return path


def small_hub() -> dict[str, list[Row]]:
    """A family of two levels with a merge, a placeholder parent, a time inversion, a cut cycle and a formula in a name."""
    rows = _described()
    return {**rows, **license_rows(rows["models"], rows["edges"])}


def _described() -> dict[str, list[Row]]:
    return {
        "models": [
            model(
                "deep/Base-1",
                license_id="apache-2.0",
                license_spdx="Apache-2.0",
                license_class="permissive",
                languages=["en"],
                is_english_only=True,
                downloads_30d=900,
                downloads_all_time=9000,
                pipeline_tag="text-generation",
                n_children=13,
                n_descendants=5,
                family_id="deep/Base-1",
                root_id="deep/Base-1",
                depth=0,
                card_status="full",
                created_at=at("2023-02-01"),
            ),
            model(
                "mila/base-1-chat",
                license_id="apache-2.0",
                license_spdx="Apache-2.0",
                license_class="permissive",
                languages=["de", "en"],
                downloads_30d=500,
                n_parents=1,
                n_children=2,
                n_descendants=2,
                family_id="deep/Base-1",
                root_id="deep/Base-1",
                depth=1,
                card_status="full",
            ),
            model(
                "odd/base-1-lora",
                license_id="mit",
                license_spdx="MIT",
                license_class="permissive",
                downloads_30d=700,
                n_parents=1,
                n_children=1,
                n_descendants=1,
                family_id="deep/Base-1",
                root_id="deep/Base-1",
                depth=1,
                card_status="no_card",
            ),
            model(
                "mix/twins",
                license_ids=["apache-2.0", "mit"],
                license_reason="several",
                n_parents=2,
                depth=2,
                root_id="deep/Base-1",
                downloads_30d=50,
                created_at=at("2024-03-01"),
            ),
            model(
                "q/base-1-chat-GGUF",
                n_parents=1,
                depth=2,
                root_id="deep/Base-1",
                family_id="deep/Base-1",
                downloads_30d=None,
                tags=["gguf", 'a"b'],
            ),
            model(
                "late/Base-1-old",
                n_parents=1,
                depth=1,
                root_id="deep/Base-1",
                family_id="deep/Base-1",
                downloads_30d=3,
                created_at=at("2022-06-01"),
            ),
            model(
                "lost/child",
                n_parents=1,
                n_children=12,
                depth=1,
                family_id="gone/parent",
                root_id="gone/parent",
                downloads_30d=7,
            ),
            model("ring/a", n_parents=1, n_children=1, n_descendants=1, family_id="ring/a", root_id="ring/a", depth=0),
            model("ring/b", n_parents=1, n_children=1, family_id="ring/a", root_id="ring/a", depth=1),
            model(
                "solo/=cmd",
                has_weights=False,
                pipeline_tag="=1+1",
                languages=["en"],
                is_english_only=True,
                removed_at=at("2024-07-02"),
            ),
        ],
        "edges": [
            edge("deep/Base-1", "mila/base-1-chat"),
            edge("deep/Base-1", "odd/base-1-lora", "adapter", n_claims=2),
            edge("deep/Base-1", "late/Base-1-old", is_time_inverted=True),
            edge(
                "mila/base-1-chat",
                "mix/twins",
                "merge",
                text_relation="merge",
                evidence_sources=["merge_config", "tag"],
                n_claims=2,
            ),
            edge("odd/base-1-lora", "mix/twins", "merge", relations=["finetune", "merge"], is_relation_disputed=True),
            edge("mila/base-1-chat", "q/base-1-chat-GGUF", "quantized", is_repaired=True),
            edge("gone/parent", "lost/child", is_parent_listed=False),
            edge("ring/a", "ring/b", None),
            edge("ring/b", "ring/a", None, is_cut=True),
        ],
        "parent_claims": [
            claim("mila/base-1-chat", "deep/Base-1", "deep/Base-1"),
            claim("odd/base-1-lora", "deep/Base-1", "deep/Base-1", relation="adapter"),
            claim("odd/base-1-lora", "deep/Base-1", "deep/Base-1", relation="adapter", evidence="card_data"),
            claim("late/Base-1-old", "deep/Base-1", "deep/Base-1"),
            claim("mix/twins", "mila/base-1-chat", "mila/base-1-chat", relation="merge"),
            claim("mix/twins", "odd/base-1-lora", "odd/base-1-lora", relation="merge"),
            claim(
                "q/base-1-chat-GGUF",
                "MILA/Base-1-chat",
                "mila/base-1-chat",
                relation="quantized",
                resolution="case",
                repairs=["case_folded"],
                confidence=0.95,
            ),
            claim(
                "lost/child", "gone/parent", "gone/parent", resolution="placeholder", confidence=0.5, placeholder_kind="deleted"
            ),
            claim("ring/a", "ring/b", "ring/b", relation=None, relation_source=None),
            claim("ring/b", "ring/a", "ring/a", relation=None, relation_source=None),
            claim("solo/=cmd", "solo/=cmd", "solo/=cmd", resolution="self"),
            claim(
                "mix/twins",
                "mila/base-1-chat",
                "mila/base-1-chat",
                relation="merge",
                relation_source="text",
                evidence="merge_config",
                rule="mergekit_model",
                confidence=0.95,
                excerpt="merge_method: ties; model: mila/base-1-chat",
            ),
            claim(
                "q/base-1-chat-GGUF",
                "deep/Base-1",
                "deep/Base-1",
                relation=None,
                relation_source=None,
                evidence="card_text",
                rule="based_on",
                confidence=0.6,
                is_accepted=False,
                excerpt="a chat model based on [Base-1](https://huggingface.co/deep/Base-1)",
            ),
        ],
        "parent_lookups": list(LOOKED_UP),
        "merge_recipes": [
            {
                "child_id": "mix/twins",
                "parent_ref": parent,
                "parent_id": parent,
                "role": "model",
                "merge_method": "ties",
                "weight": 0.5,
                "n_uses": 1,
            }
            for parent in ("mila/base-1-chat", "odd/base-1-lora")
        ],
        "claim_disagreements": [
            {
                "child_id": "q/base-1-chat-GGUF",
                "disagreement": "parents",
                "evidence_sources": ["card_text", "tag"],
                "parents_agreed": [],
                "parents_disputed": ["deep/Base-1", "mila/base-1-chat"],
                "relations_disputed": [],
            },
        ],
        "successions": [
            succession("deep/Base-1", "deep/Base-2", "deep/Base-2", resolution="placeholder", confidence=0.5),
            succession("late/Base-1-old", "https://huggingface.co/deep/Base-1", "deep/Base-1", resolution="url"),
            succession("lost/child", "{next}", None, resolution="rejected", confidence=0.0),
        ],
        "families": [
            family("deep/Base-1", "no_merges", 5, depth=2, n_edges=4),
            family("deep/Base-1", "all", 6, depth=2, n_edges=6, n_merges=1, is_tree=False, balance=None),
            family("gone/parent", "no_merges", 1, n_placeholders=1, n_edges=1),
            family("ring/a", "no_merges", 2, n_edges=2, n_cut_edges=1),
        ],
        "growth_fits": [
            growth_fit("deep/Base-1", fitness=2.0, r2=0.99, predicted_children_180d=21.0),
            growth_fit(
                "lost/child",
                growth_reason="not_bent",
                has_jump=True,
                is_mass_upload=True,
                jump_at=at("2024-05-01"),
                n_jump_children=11,
                jump_author_share=0.9,
            ),
        ],
        "attachment_fits": [
            {"attachment_method": method, **with_interval("attachment_exponent", 0.9), "n_choices": 200, "n_candidate_bases": 7}
            for method in ("cumulative_hub", "likelihood_hub")
        ],
        "tree_concentration": [
            concentration("no_merges", "all_models", n_families=5, n_models=10, top_1_share=0.5),
            concentration("no_merges", "linked_models", n_families=3, n_models=8, top_1_share=0.625),
            concentration("all", "linked_models", n_families=1, n_models=6, gini=0.0, hhi=1.0),
        ],
        **observations(),
        **scaling_rows(),
        "lookalikes": [lookalike("odd/base-1-lora", "deep/Base-1", is_linked=True)],
        "cards": CARDS,
        "evaluation_claims": EVALUATION_CLAIMS,
        "carbon_claims": CARBON_CLAIMS,
        "card_drift": CARD_DRIFT,
        "inherited_sections": INHERITED_SECTIONS,
        "card_duplicates": CARD_DUPLICATES,
        **drift_rows(),
        **order_and_trend_rows(),
        "quarantine": [
            {
                "landing_kind": "listing",
                "landing_file": "page-000001.parquet",
                "row_number": number,
                "scope": "field",
                "field": "downloads",
                "reason": "not a whole number",
                "excerpt": '"many"',
                "observed_at": SEEN,
            }
            for number in range(2)
        ],
        "similarity": [
            similarity("parent_child", 0.5),
            similarity("siblings", 0.75, difference=0.25, difference_low95=0.1, difference_high95=0.4),
            similarity("random_pair", 0.25, difference=-0.25),
        ],
        "conservation": [
            {"landing_kind": "listing", "n_landed": 10, "n_kept": 10, "n_superseded": 0, "n_quarantined": 0},
        ],
        "runs": [
            {
                "run_id": f"r{number}",
                "verb": verb,
                "hub": "http://127.0.0.1",
                "mode": "full",
                "status": "full",
                "started_at": at(f"2024-07-11T{number:02d}:00"),
                "finished_at": at(f"2024-07-11T{number:02d}:30"),
                "n_rows": 10,
            }
            for number, verb in enumerate(["crawl", "build"], start=1)
        ],
        "run_steps": RUN_STEPS,
        "check_results": [
            {
                "run_id": "r2",
                "table_name": "models",
                "check_name": name,
                "severity": "warn",
                "is_passed": is_passed,
                "n_rows": 10,
                "n_failed": 0 if is_passed else 2,
                "expected": "no such row",
                "checked_at": SEEN,
            }
            for name, is_passed in [("unique ids", True), ("not modified before it was created", False)]
        ],
    }
