"""Protocols as rules that can be switched one by one: what tells the seed paper's way from the repaired one, step by step."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from itertools import pairwise
from typing import Final

import numpy as np
import polars as pl

from pipelines.drift.linked import Linked, link
from pipelines.drift.pairs import Pairs, compare, nearest_merged
from pipelines.drift.sets import Flags, TraitSets, trait_sets
from pipelines.drift.values import TRAITS, Readers, values_of_models


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
    license_classes: Mapping[str, str]
    """Class of each licence id."""
    tool_defaults: Mapping[str, frozenset[str]]
    """Licences that a tool, by its tag, writes whatever the parent's is."""
    tool_names: Mapping[str, str]
    """The tool of a tag, in the order in which a model with several is counted."""
    listed_since: Mapping[str, date]
    """Day on which a licence id joined the hub's list, for ids that did later than the list began."""
    plain_languages: frozenset[str]
    """Language codes that the paper's way takes for languages: the two-letter ones."""


@dataclass(frozen=True)
class Rules:
    """How pairs are made."""

    is_repaired: bool = True
    """Edges whose parent was found after repair count too; without it those alone that a tag names letter for letter."""
    is_cut: bool = True
    """Edges that close a cycle are left out."""
    is_read: bool = True
    """Values are read; without it compared as written, of languages those of two letters."""
    is_without_list_events: bool = True
    """Pairs are left out of which an end says other as the id was not on the hub's list yet."""
    is_merge_one_pair: bool = True
    """A merge is compared with the parent it is most alike."""


PROTOCOLS: Final[dict[str, Rules]] = {"hubtree": Rules(), "paper": Rules(*[False] * 5)}
"""The two protocols of the published tables."""
STEPS: Final[dict[str, Rules]] = {
    "as_published": Rules(*[False] * 5),
    "parents_repaired": Rules(True, *[False] * 4),
    "cycles_cut": Rules(True, True, *[False] * 3),
    "values_read": Rules(True, True, True, *[False] * 2),
    "list_events_left_out": Rules(True, True, True, True, False),
    "merges_one_pair": Rules(),
}
"""From the paper's protocol to the repaired one, one rule at a time."""


def linked_by(declared: Declared, rules: Rules) -> Linked:
    """Return the edges that the rules take."""
    edges = declared.edges if rules.is_repaired else declared.edges.filter("is_exact")
    return link(edges.filter(~pl.col("is_cut")) if rules.is_cut else edges)


def pairs_by(declared: Declared, facts: Facts, read: pl.DataFrame, rules: Rules) -> dict[str, Pairs]:
    """Return the pairs of every trait.

    Args:
        declared: the hub.
        facts: what is known beside it.
        read: the table ``trait_values``.
        rules: how pairs are made.
    """
    linked = linked_by(declared, rules)
    named = linked.model_ids.alias("model_id").to_frame().with_row_index("model")
    values = values_of_models(declared.values, read) if rules.is_read else _as_written(declared.values, facts)
    by_trait = values.join(named, on="model_id").select("trait", "model", "trait_value").partition_by("trait", as_dict=True)
    nothing = pl.DataFrame(schema={"model": pl.UInt32, "trait_value": pl.String})
    models = named.join(declared.models, on="model_id", how="left", maintain_order="left")
    traits = {}
    for trait in TRAITS:
        sets = trait_sets(by_trait.get((trait,), nothing), linked.n_models)
        if trait == "license":
            licenses = _licenses_of(sets)
            is_default = _defaults(linked, licenses, models["tools"], facts)
            is_event = _list_events(linked, licenses, models["written_at"], facts) if rules.is_without_list_events else None
            found = compare(linked, sets, is_list_event=is_event, is_default=is_default)
        else:
            found = compare(linked, sets)
        traits[trait] = nearest_merged(found) if rules.is_merge_one_pair else found
    return traits


def _as_written(values: pl.DataFrame, facts: Facts) -> pl.DataFrame:
    """Return the values as declared; of languages, those of two letters alone."""
    is_kept = (pl.col("trait") != "language") | pl.col("raw_value").is_in(sorted(facts.plain_languages))
    return values.filter(is_kept).rename({"raw_value": "trait_value"})


def makers(declared: Declared, linked: Linked, facts: Facts) -> pl.DataFrame:
    """Return author and tool of each linked model, in the order of their ids."""
    named = linked.model_ids.alias("model_id").to_frame()
    models = named.join(declared.models, on="model_id", how="left", maintain_order="left")
    rank = {tag: place for place, tag in enumerate(facts.tool_names)}
    tools = [facts.tool_names[min(tags, key=rank.__getitem__)] if tags else None for tags in models["tools"].to_list()]
    return models.select("author", pl.Series("tool", tools, dtype=pl.String))


def _licenses_of(sets: TraitSets) -> list[frozenset[str]]:
    """Return the licences of each model."""
    bounds = sets.members.indptr
    held = [frozenset(sets.values[at] for at in sets.members.indices[start:end]) for start, end in pairwise(bounds.tolist())]
    return [held[code] for code in sets.of_model]


def _defaults(linked: Linked, licenses: list[frozenset[str]], tools: pl.Series, facts: Facts) -> Flags:
    """Tell the pairs whose child declares just what a tool of its tags writes into every card."""
    is_default = np.zeros(linked.n_models, dtype=np.bool_)
    tagged = (tools.list.len().fill_null(0) > 0).arg_true()
    for model, tags in zip(tagged.to_list(), tools.gather(tagged).to_list(), strict=True):
        held = licenses[model]
        is_default[model] = bool(held) and any(held <= facts.tool_defaults.get(tag, frozenset()) for tag in tags)
    return is_default[linked.child]


def _list_events(linked: Linked, licenses: list[frozenset[str]], written_at: pl.Series, facts: Facts) -> Flags:
    """Tell the pairs of which one end says other, written before the other end's licence was on the hub's list."""
    days = [None if instant is None else instant.date() for instant in written_at.to_list()]
    is_other = np.array([held == {"other"} for held in licenses], dtype=np.bool_)
    is_event = np.zeros(len(linked.parent), dtype=np.bool_)
    for at in np.flatnonzero(is_other[linked.parent] != is_other[linked.child]):
        mute, spoken = int(linked.parent[at]), int(linked.child[at])
        if not is_other[mute]:
            mute, spoken = spoken, mute
        day = days[mute]
        if day is not None:
            is_event[at] = any(day < facts.listed_since.get(name, date.min) for name in licenses[spoken])
    return is_event


def drift_steps(
    declared: Declared, facts: Facts, read: pl.DataFrame, known: Mapping[Rules, Mapping[str, Pairs]]
) -> pl.DataFrame:
    """Return the table ``drift_steps``: the rates of scope all as one rule after the other is switched on.

    The last step, `defaults_left_out`, leaves out the pairs whose child's licence its tool writes into every card. ``known``
    holds the pairs by those rules that were made already.
    """
    rows: list[dict[str, object]] = []
    for place, (step, rules) in enumerate(STEPS.items()):
        for trait, pairs in (known.get(rules) or pairs_by(declared, facts, read, rules)).items():
            rows.append(_told(place, step, trait, pairs))
            if place == len(STEPS) - 1 and trait == "license":
                rows.append(_told(place + 1, "defaults_left_out", trait, pairs.only(~pairs.is_default)))
    schema = {
        "step_number": pl.Int64,
        "drift_step": pl.String,
        "trait": pl.String,
        "n_declared_pairs": pl.Int64,
        "n_changed_pairs": pl.Int64,
        "mutation_rate": pl.Float64,
    }
    return pl.DataFrame(rows, schema=schema).filter(pl.col("n_declared_pairs") > 0).sort("trait", "step_number")


def _told(place: int, step: str, trait: str, pairs: Pairs) -> dict[str, object]:
    n_pairs = int(pairs.is_declared.sum())
    return {
        "step_number": place,
        "drift_step": step,
        "trait": trait,
        "n_declared_pairs": n_pairs,
        "n_changed_pairs": int(pairs.is_changed.sum()),
        "mutation_rate": round(float(pairs.distance.sum() / n_pairs), 6) if n_pairs else None,
    }
