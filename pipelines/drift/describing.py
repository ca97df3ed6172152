"""The drift tables of a hub: models and edges in, tables out, by both protocols."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Final

import numpy as np
import polars as pl

from pipelines.drift.dealing import N_DEALS
from pipelines.drift.linked import Linked, link
from pipelines.drift.moves import named_moves
from pipelines.drift.mutations import mutation_rates
from pipelines.drift.pairs import Pairs, compare, nearest_merged
from pipelines.drift.sets import Flags, trait_sets
from pipelines.drift.transitions import transitions
from pipelines.drift.values import TRAITS, Readers, read_values, values_of_models

PROTOCOLS: Final = ("hubtree", "paper")
MOVING: Final = ("license", "language", "task", "library", "architecture")
"""Traits with a vocabulary: a move between two data sets or two numbers of parameters would say nothing."""


@dataclass(frozen=True)
class Declared:
    """What is known of a hub's linked models."""

    edges: pl.DataFrame
    """parent_id, child_id, relation, family_id of the parent, is_exact (claimed by a tag letter for letter), is_cut; parents
    are listed."""
    models: pl.DataFrame
    """model_id, author, written_at (when the card was last written, as far as known), tools (all tool tags)."""
    values: pl.DataFrame
    """model_id, trait, raw_value."""
    counted: pl.DataFrame
    """trait, raw_value, is_bare_tag, n_models over the whole hub."""


@dataclass(frozen=True)
class Facts:
    """What is known beside the hub."""

    readers: Readers
    tool_defaults: Mapping[str, frozenset[str]]
    """Licences that a tool, by its tag, writes whatever the parent's is."""
    tool_names: Mapping[str, str]
    """The tool of a tag, in the order in which a model with several is counted."""
    listed_since: Mapping[str, date]
    """Day on which a licence id joined the hub's list, for ids that did later than the list began."""
    plain_languages: frozenset[str]
    """Language codes that the paper's way takes for languages: the two-letter ones."""


def describe_drift(declared: Declared, facts: Facts) -> dict[str, pl.DataFrame]:
    """Return ``trait_values``, ``trait_mutations``, ``trait_transitions``, and ``moves`` by family, which is not published."""
    read = read_values(declared.counted, facts.readers)
    mutations, moved, moves = [], [], []
    for protocol in PROTOCOLS:
        traits, who = pairs_of(declared, facts, read, protocol)
        mutations.append(
            mutation_rates(traits, n_deals=N_DEALS if protocol == "hubtree" else 0).with_columns(protocol=pl.lit(protocol))
        )
        for trait, pairs in traits.items():
            if trait in MOVING:
                rows, by_family = transitions(trait, pairs, who)
                moved.append(rows.with_columns(protocol=pl.lit(protocol)))
                moves.append(named_moves(pairs, by_family, trait).with_columns(protocol=pl.lit(protocol)))
    return {
        "trait_values": read,
        "trait_mutations": _in_order(mutations, "protocol", "trait", "relation_scope"),
        "trait_transitions": _in_order(moved, "protocol", "trait", "relation_scope", "from_value", "to_value"),
        "moves": _in_order(moves, "protocol", "trait", "relation", "family_id", "from_value", "to_value"),
    }


def _in_order(parts: list[pl.DataFrame], *key: str) -> pl.DataFrame:
    return pl.concat(parts, how="vertical_relaxed").sort(key)


def pairs_of(declared: Declared, facts: Facts, read: pl.DataFrame, protocol: str) -> tuple[dict[str, Pairs], pl.DataFrame]:
    """Return the pairs of every trait by a protocol, and author and tool of each linked model."""
    chosen = pl.col("is_exact") if protocol == "paper" else ~pl.col("is_cut")
    linked = link(declared.edges.filter(chosen))
    named = linked.model_ids.alias("model_id").to_frame().with_row_index("model")
    models = named.join(declared.models, on="model_id", how="left", maintain_order="left")
    values = _as_written(declared.values, facts) if protocol == "paper" else values_of_models(declared.values, read)
    numbered = values.join(named, on="model_id")
    traits = {}
    for trait in TRAITS:
        sets = trait_sets(numbered.filter(pl.col("trait") == trait).select("model", "trait_value"), linked.n_models)
        if protocol == "paper":
            traits[trait] = compare(linked, sets)
        elif trait == "license":
            held = sets.members.tocsr()
            names = [frozenset(sets.values[at] for at in row.indices) for row in held]
            licenses = [names[code] for code in sets.of_model]
            defaults = _defaults(linked, licenses, models["tools"], facts)
            events = _list_events(linked, licenses, models["written_at"], facts)
            traits[trait] = nearest_merged(compare(linked, sets, is_list_event=events, is_default=defaults))
        else:
            traits[trait] = nearest_merged(compare(linked, sets))
    return traits, models.select("author", tool=_first_tool(models["tools"], facts))


def _as_written(values: pl.DataFrame, facts: Facts) -> pl.DataFrame:
    """Return the values as declared; of languages, those of two letters alone."""
    is_kept = (pl.col("trait") != "language") | pl.col("raw_value").is_in(sorted(facts.plain_languages))
    return values.filter(is_kept).rename({"raw_value": "trait_value"})


def _first_tool(tools: pl.Series, facts: Facts) -> pl.Series:
    rank = {tag: place for place, tag in enumerate(facts.tool_names)}
    named = [facts.tool_names[min(tags, key=rank.__getitem__)] if tags is not None and len(tags) else None for tags in tools]
    return pl.Series(named, dtype=pl.String)


def _defaults(linked: Linked, licenses: list[frozenset[str]], tools: pl.Series, facts: Facts) -> Flags:
    """Tell the pairs whose child declares just what a tool of its tags writes into every card."""
    is_default = np.zeros(linked.n_models, dtype=np.bool_)
    for model, tags in enumerate(tools):
        if tags is not None and len(tags) and licenses[model]:
            is_default[model] = any(licenses[model] <= facts.tool_defaults.get(tag, frozenset()) for tag in tags)
    return is_default[linked.child]


def _list_events(linked: Linked, licenses: list[frozenset[str]], written_at: pl.Series, facts: Facts) -> Flags:
    """Tell the pairs of which one end says other, written before the other end's licence was on the hub's list."""
    days = [None if instant is None else instant.date() for instant in written_at]
    other = frozenset({"other"})
    is_event = np.zeros(len(linked.parent), dtype=np.bool_)
    for at, (parent, child) in enumerate(zip(linked.parent.tolist(), linked.child.tolist(), strict=True)):
        for mute, spoken in ((parent, child), (child, parent)):
            day = days[mute]
            if licenses[mute] == other and day is not None:
                is_event[at] |= any(day < facts.listed_since.get(name, date.min) for name in licenses[spoken])
    return is_event
