"""The grown models as one frame: everything the wire columns, the cards and the truth are written from."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import polars as pl

from pipelines.local_hub.planted.families import Structure
from pipelines.local_hub.planted.generators import choose_generators
from pipelines.local_hub.planted.identity import identify
from pipelines.local_hub.planted.parameters import BASE, KINDS, SINGLE, DriftRates, HubShape, stream
from pipelines.local_hub.planted.traits import Traits, wire_library
from pipelines.local_hub.planted.vocabulary import ARCHITECTURES, ARXIV, DATASETS, SIZES, TASK, TRAIT


@dataclass(frozen=True)
class Population:
    """Grown models and their edges."""

    models: pl.DataFrame
    """One row a model in creation order: identity, traits and what is declared of them, card facts, numbers."""
    edges: pl.DataFrame
    """One row an edge: child and parent (row numbers), position, relation, and the parent's model_id and hub_object_id."""


def populate(structure: Structure, traits: Traits, seed: int, drift: DriftRates, shape: HubShape) -> Population:
    """Put identity, traits, card facts and numbers of popularity beside each other."""
    identity = identify(structure, seed)
    models = pl.concat(
        [
            identity,
            _kinds(structure),
            _traits(structure, traits),
            _cards(structure, traits, seed, drift, shape),
            _numbers(structure, identity, seed, shape),
            _architectures(structure, traits, seed),
        ],
        how="horizontal",
    )
    return Population(models, edges_of(structure, identity, models["kind"]))


def edges_of(structure: Structure, identity: pl.DataFrame, kinds: pl.Series) -> pl.DataFrame:
    """Return the edges with the parent's names beside the row numbers."""
    edges = pl.DataFrame(
        {"child": structure.child_of_edge, "parent": structure.parent_of_edge, "position": structure.position_of_edge},
        schema={"child": pl.UInt32, "parent": pl.UInt32, "position": pl.UInt8},
    )
    names = identity.select("model_id", "hub_object_id")[edges["parent"]]
    return edges.with_columns(
        kinds.gather(edges["child"]).alias("relation"),
        names["model_id"].alias("parent_id"),
        names["hub_object_id"].alias("parent_object_id"),
    )


def _kinds(structure: Structure) -> pl.DataFrame:
    kinds = pl.Series(KINDS).gather(pl.Series(structure.kind, dtype=pl.UInt32))
    return pl.DataFrame({"kind": kinds, "root": structure.root, "depth": structure.depth})


def _traits(structure: Structure, traits: Traits) -> pl.DataFrame:
    """Return the values as planted, and whether each is declared and differs from the primary parent's."""
    columns: dict[str, object] = {}
    for name, trait in TRAIT.items():
        columns[name] = pl.Series(trait.values).gather(pl.Series(traits.value[name], dtype=pl.UInt32))
        columns[f"is_{name}_declared"] = traits.is_declared[name]
        columns[f"mutated_{name}"] = traits.mutated[name]
    by_relation, library = wire_library(structure.kind, traits.value["library"])
    columns["wire_library"] = pl.Series(library.tolist())
    columns["is_library_by_relation"] = by_relation
    return pl.DataFrame(columns)


def _cards(structure: Structure, traits: Traits, seed: int, drift: DriftRates, shape: HubShape) -> pl.DataFrame:
    """Decide who has a card, who wrote it and how long its hand-written body is to be."""
    rng = stream(seed, "cards")
    n = len(structure.kind)
    has_card = (structure.kind != SINGLE) | (rng.random(n) < shape.single_card_share)
    parentless = structure.parent < 0
    share = np.where(parentless, drift.template_share_of_roots, drift.template_share_of_children)
    is_template = rng.random(n) < share
    step = np.log(np.where(parentless, 1.0, drift.card_shrinkage)) + rng.normal(0, 0.35, n)
    length = np.where(parentless, rng.normal(8.2, 0.7, n), 0.0)
    length = _accumulate(length + np.where(parentless, 0.0, step), structure)
    frame = pl.DataFrame(
        {
            "has_card": has_card,
            "is_template": is_template & has_card,
            "card_length": np.clip(np.exp(length), 40, 30_000).astype(np.int32),
            "text_seed": rng.integers(0, 2**31, n, dtype=np.int64),
            "dataset": _pick_text(DATASETS, rng.integers(0, len(DATASETS), n)),
            "has_dataset": rng.random(n) < 0.4,
            "arxiv": _pick_text(ARXIV, rng.integers(0, len(ARXIV), n)[structure.root]),
            "has_arxiv": rng.random(n) < 0.2,
            "has_results": (rng.random(n) < shape.results_share) & has_card,
            "result_value": np.round(0.4 + 0.55 * rng.random(n), 4),
            "is_relation_declared": rng.random(n) < shape.relation_declared_share,
            "is_parent_listed": rng.random(n) < 0.5,
        }
    )
    return frame.with_columns(choose_generators(structure, traits, is_template & has_card, rng))


def _accumulate(step: np.ndarray, structure: Structure) -> np.ndarray:
    """Add up steps along the primary parents."""
    total = step.copy()
    above = structure.parent.copy()
    while (climbing := np.flatnonzero(above >= 0)).size:
        total[climbing] += step[above[climbing]]
        above[climbing] = structure.parent[above[climbing]]
    return total


def _pick_text(values: tuple[str, ...], index: np.ndarray) -> pl.Series:
    return pl.Series(values).gather(pl.Series(index, dtype=pl.UInt32))


def _numbers(structure: Structure, identity: pl.DataFrame, seed: int, shape: HubShape) -> pl.DataFrame:
    """Return popularity (heavy tails), gating, architecture and parameter count."""
    rng = stream(seed, "numbers")
    n = len(structure.kind)
    fame = rng.exponential(1.6, n) + np.where(structure.kind == BASE, 4.0, 0.0)
    downloads = np.floor(np.exp(np.minimum(fame, 18)) - 1).astype(np.int64)
    likes = np.floor(downloads ** rng.uniform(0.2, 0.6, n) * (rng.random(n) < 0.5)).astype(np.int64)
    gate = np.where(rng.random(n) < shape.gated_share, 1 + (rng.random(n) < 0.4), 0)
    parameters = np.array([count for _, count in SIZES])
    return pl.DataFrame(
        {
            "downloads_30d": downloads,
            "downloads_all_time": (downloads * rng.uniform(1.0, 14.0, n)).astype(np.int64),
            "likes": likes,
            "gated": _pick_text(("false", "auto", "manual"), gate),
            "loss_table": pl.repeat("", n, eager=True),
            "result_metric": pl.repeat("accuracy", n, eager=True),
            "eval_set": _pick_text(("held-out", "planted-eval"), rng.integers(0, 2, n)),
            "is_disabled": rng.random(n) < 0.001,
            "is_null_task": rng.random(n) < 0.4,
            "parameter_count": parameters[identity["size"].to_numpy()],
            "has_safetensors": rng.random(n) < 0.8,
            "has_base_models": rng.random(n) < 0.97,
        }
    )


def _architectures(structure: Structure, traits: Traits, seed: int) -> pl.DataFrame:
    """Return model type and class, one of those usual for the root's task."""
    per_task = [ARCHITECTURES[task] for task in TASK.values]
    first = np.cumsum([0, *(len(choices) for choices in per_task)])
    task = traits.value["task"][structure.root]
    drawn = stream(seed, "architecture").random(len(task))[structure.root]
    index = first[task] + (drawn * np.diff(first)[task]).astype(np.int64)
    flat = [pair for choices in per_task for pair in choices]
    names, classes = tuple(name for name, _ in flat), tuple(name for _, name in flat)
    return pl.DataFrame({"model_type": _pick_text(names, index), "architecture": _pick_text(classes, index)})
