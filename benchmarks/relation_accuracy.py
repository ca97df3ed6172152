"""How well relations are inferred: against the Hub's own words in the recorded families of spring 2025.

``python -m benchmarks.relation_accuracy [FOLDER]`` prints, for three sets of labelled models, how many there are, how often
the inferred relation is the Hub's, and precision and recall of each relation with 95 % intervals (Wilson):

* typed tags: models whose tags, card metadata or baseModels declare a relation; the declaration is hidden from the rules.
* child lists with records: models that stand in a parent's list of finetunes, adapters, quantizations or merges, as the
  listing of July 2024 shows them (tags and library, no files).
* child lists, names alone: all models of these lists, when nothing but the id is known.

FOLDER holds the recorded data (default: HUBTREE_REAL_DATA, else ``../shared/data``). Every set is built by the same steps
as the warehouse itself. docs/relations.md has the numbers and what they can't show.
"""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Iterable
from datetime import datetime
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import polars as pl

from pipelines import steps
from pipelines.builder import card_texts, folder, tables
from pipelines.lineage.relation import RELATIONS
from pipelines.settings import Settings
from warehouse.landing.files import Provenance, land
from warehouse.landing.records import landing_frame

LISTS = {"children": "finetune", "adapters": "adapter", "quantized": "quantized", "merges": "merge"}
"""Column of the recorded families -> the relation of the models listed in it."""
_ADDRESS = "https://huggingface.co/"
_SEEN = datetime.fromisoformat("2024-07-11")
_Z = 1.959964


def typed_tags(data: Path) -> pl.DataFrame:
    """Return models with a declared relation: model_id, label, inferred."""
    with TemporaryDirectory() as home:
        settings = _settings(home)
        steps.import_file(settings, data / "hub" / "families_2025-04.parquet", kind="details", observed_at=None)
        edges = _edges(settings).filter(relation_source="declared")
    return edges.select(model_id="child_id", label="relation", inferred="relation_inferred").unique().sort("model_id", "label")


def listed_children(data: Path) -> pl.DataFrame:
    """Return the models of the child lists and what their parents' pages call them: model_id, parent_id, label."""
    recorded = pl.read_parquet(data / "hub" / "families_2025-04.parquet", columns=["id", *LISTS])
    lists = [recorded.select(parent_id="id", text=pl.col(name), label=pl.lit(label)) for name, label in LISTS.items()]
    texts = pl.concat(lists).filter(pl.col("text").str.starts_with("["))
    children = texts.with_columns(model_id=pl.col("text").str.json_decode(pl.List(pl.String))).explode("model_id")
    named = children.with_columns(pl.col("model_id").str.strip_prefix(_ADDRESS)).filter(pl.col("model_id").str.contains("/"))
    return named.select("model_id", "parent_id", "label").unique().sort("model_id", "parent_id", "label")


def by_record(data: Path, children: pl.DataFrame) -> pl.DataFrame:
    """Infer from the records of July 2024, declared parents included: model_id, label, inferred."""
    listing = pl.scan_parquet(data / "hub" / "listing_2024-07.parquet")
    wanted = children.lazy().select(id="model_id").unique()
    fields = listing.join(wanted, on="id", how="semi").select("_id", "id", "tags", "library_name", "createdAt").collect()
    return _labelled(children, ({k: v for k, v in row.items() if v is not None} for row in fields.iter_rows(named=True)))


def by_name(children: pl.DataFrame) -> pl.DataFrame:
    """Infer from the ids alone: model_id, label, inferred."""
    parents = children.group_by("model_id").agg(pl.col("parent_id").unique().sort()).sort("model_id")
    rows = parents.iter_rows()
    return _labelled(children, ({"id": child, "tags": [f"base_model:{p}" for p in ids]} for child, ids in rows))


def _labelled(children: pl.DataFrame, records: Iterable[dict[str, Any]]) -> pl.DataFrame:
    with TemporaryDirectory() as home:
        settings = _settings(home)
        frame = landing_frame(list(records), _SEEN)
        land(settings.layout.landing, "listing", frame, Provenance(run_id="labelled", sequence=0, observed_at=_SEEN))
        edges = _edges(settings)
    inferred = edges.select(model_id="child_id", inferred="relation_inferred").unique()
    return children.select("model_id", "label").unique().join(inferred, on="model_id").sort("model_id", "label")


def _settings(home: str) -> Settings:
    return Settings.from_environment({"HUBTREE_HOME": home})


def _edges(settings: Settings) -> pl.DataFrame:
    """Run the steps of a build that lead to edges."""
    begun = folder.begin(settings.layout, "relation-accuracy", started_at=_SEEN, as_of=None)
    tables.stage(begun, settings)
    card_texts.parse_card_texts(begun, settings)
    tables.describe_descent(begun, settings)
    return pl.read_parquet(begun.table("main", "edges"))


def score(pairs: pl.DataFrame) -> dict[str, Any]:
    """Return n_models, accuracy with low95 and high95, and for each relation its counts, precision and recall."""
    n_right = pairs.filter(pl.col("label") == pl.col("inferred")).height
    per_relation = {relation: _score_of(pairs, relation) for relation in RELATIONS}
    return {"n_models": pairs.height, "accuracy": _share(n_right, pairs.height), "relations": per_relation}


def _score_of(pairs: pl.DataFrame, relation: str) -> dict[str, Any]:
    labelled, inferred = pairs.filter(label=relation), pairs.filter(inferred=relation)
    n_both = labelled.filter(inferred=relation).height
    return {
        "n_labelled": labelled.height,
        "n_inferred": inferred.height,
        "precision": _share(n_both, inferred.height),
        "recall": _share(n_both, labelled.height),
    }


def _share(n_right: int, n: int) -> dict[str, float] | None:
    """Return a share with its Wilson interval; None of nothing."""
    if n == 0:
        return None
    share = n_right / n
    middle = (share + _Z**2 / (2 * n)) / (1 + _Z**2 / n)
    half = _Z / (1 + _Z**2 / n) * (share * (1 - share) / n + _Z**2 / (4 * n**2)) ** 0.5
    return {"share": round(share, 4), "low95": round(max(middle - half, 0.0), 4), "high95": round(min(middle + half, 1.0), 4)}


def main(arguments: list[str]) -> None:
    """Print the scores of the three sets as JSON."""
    root = Path(__file__).parent.parent
    data = Path(arguments[0] if arguments else os.environ.get("HUBTREE_REAL_DATA", root.parent / "shared" / "data"))
    children = listed_children(data)
    sets = {
        "typed tags": typed_tags(data),
        "child lists with records": by_record(data, children),
        "child lists, names alone": by_name(children),
    }
    print(json.dumps({name: score(pairs) for name, pairs in sets.items()}, indent=1))


if __name__ == "__main__":
    main(sys.argv[1:])
