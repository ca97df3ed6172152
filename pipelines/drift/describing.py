"""The drift tables of a hub: models and edges in, tables out, by both protocols."""

from __future__ import annotations

from typing import Final

import numpy as np
import polars as pl

from pipelines.drift.dealing import N_DEALS
from pipelines.drift.directions import language_drift, language_turnover, license_drift
from pipelines.drift.moves import named_moves
from pipelines.drift.mutations import mutation_rates
from pipelines.drift.rules import PROTOCOLS, Declared, Facts, drift_steps, makers, number, pairs_by
from pipelines.drift.sets import Flags
from pipelines.drift.transitions import transitions
from pipelines.drift.values import read_values

MOVING: Final = ("license", "language", "task", "library", "architecture")
"""Traits with a vocabulary: a move between two data sets or two numbers of parameters would say nothing."""


def describe_drift(declared: Declared, facts: Facts) -> dict[str, pl.DataFrame]:
    """Return the drift tables by name, and ``moves`` by family, which is not published."""
    read = read_values(declared.counted, facts.readers)
    hub = number(declared, facts, read)
    who = makers(hub, facts)
    mutations, moved, moves, made = [], [], [], {}
    for protocol, rules in PROTOCOLS.items():
        traits = made[rules] = pairs_by(hub, facts, rules)
        mutations.append(
            mutation_rates(traits, n_deals=N_DEALS if protocol == "hubtree" else 0).with_columns(protocol=pl.lit(protocol))
        )
        for trait in MOVING:
            rows, by_family = transitions(trait, traits[trait], who)
            moved.append(rows.with_columns(protocol=pl.lit(protocol)))
            moves.append(named_moves(traits[trait], by_family, trait).with_columns(protocol=pl.lit(protocol)))
    repaired = made[PROTOCOLS["hubtree"]]
    multilingual = _says_multilingual(declared, read, hub.linked.model_ids)
    return {
        "trait_values": read,
        "trait_mutations": _in_order(mutations, "protocol", "trait", "relation_scope"),
        "trait_transitions": _in_order(moved, "protocol", "trait", "relation_scope", "from_value", "to_value"),
        "license_drift": license_drift(repaired["license"], facts.license_classes),
        "language_drift": language_drift(repaired["language"], multilingual),
        "language_turnover": language_turnover(repaired["language"]),
        "drift_steps": drift_steps(hub, facts, made),
        "moves": _in_order(moves, "protocol", "trait", "relation", "family_id", "from_value", "to_value"),
    }


def _in_order(parts: list[pl.DataFrame], *key: str) -> pl.DataFrame:
    return pl.concat(parts, how="vertical_relaxed").sort(key)


def _says_multilingual(declared: Declared, read: pl.DataFrame, model_ids: pl.Series) -> Flags:
    words = read.filter(pl.col("value_reason") == "multilingual")["raw_value"].implode()
    is_said = (pl.col("trait") == "language") & pl.col("raw_value").is_in(words)
    return np.asarray(model_ids.is_in(declared.values.filter(is_said)["model_id"].implode()).to_numpy())
