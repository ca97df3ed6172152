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


@dataclass(frozen=True)
class _Values:
    """What the models of a hub declare by one way of reading, of every trait."""

    sets: Mapping[str, TraitSets]
    licenses: list[frozenset[str]]
    """The licences of each model."""
    is_default: Flags
    """Whether a model declares just what a tool of its tags writes into every card."""


@dataclass(frozen=True)
class Numbered:
    """A hub's linked models, edges and values as numbers: made once, as every set of rules starts from it."""

    linked: Linked
    """All edges."""
    is_exact: Flags
    """Of each edge."""
    is_cut: Flags
    models: pl.DataFrame
    """author, written_at, tools of each linked model."""
    as_read: _Values
    as_written: _Values


def number(declared: Declared, facts: Facts, read: pl.DataFrame) -> Numbered:
    """Number a hub.

    Args:
        declared: the hub.
        facts: what is known beside it.
        read: the table ``trait_values``.
    """
    edges = declared.edges.sort("parent_id", "child_id")
    linked = link(edges)
    named = linked.model_ids.alias("model_id").to_frame()
    models = named.join(declared.models, on="model_id", how="left", maintain_order="left").drop("model_id")
    as_read, as_written = (
        _values(values, linked, models["tools"], facts)
        for values in (values_of_models(declared.values, read), _as_written(declared.values, facts))
    )
    return Numbered(linked, edges["is_exact"].to_numpy(), edges["is_cut"].to_numpy(), models, as_read, as_written)


def _values(values: pl.DataFrame, linked: Linked, tools: pl.Series, facts: Facts) -> _Values:
    named = linked.model_ids.alias("model_id").to_frame().with_row_index("model")
    by_trait = values.join(named, on="model_id").select("trait", "model", "trait_value").partition_by("trait", as_dict=True)
    nothing = pl.DataFrame(schema={"model": pl.UInt32, "trait_value": pl.String})
    sets = {trait: trait_sets(by_trait.get((trait,), nothing), linked.n_models) for trait in TRAITS}
    licenses = _licenses_of(sets["license"])
    return _Values(sets, licenses, _defaults(licenses, tools, facts))


def _as_written(values: pl.DataFrame, facts: Facts) -> pl.DataFrame:
    """Return the values as declared; of languages, those of two letters alone."""
    is_kept = (pl.col("trait") != "language") | pl.col("raw_value").is_in(sorted(facts.plain_languages))
    return values.filter(is_kept).rename({"raw_value": "trait_value"})


def _licenses_of(sets: TraitSets) -> list[frozenset[str]]:
    """Return the licences of each model."""
    bounds = sets.members.indptr
    held = [frozenset(sets.values[at] for at in sets.members.indices[start:end]) for start, end in pairwise(bounds.tolist())]
    return [held[code] for code in sets.of_model]


def _defaults(licenses: list[frozenset[str]], tools: pl.Series, facts: Facts) -> Flags:
    is_default = np.zeros(len(licenses), dtype=np.bool_)
    tagged = (tools.list.len().fill_null(0) > 0).arg_true()
    for model, tags in zip(tagged.to_list(), tools.gather(tagged).to_list(), strict=True):
        held = licenses[model]
        is_default[model] = bool(held) and any(held <= facts.tool_defaults.get(tag, frozenset()) for tag in tags)
    return is_default


def pairs_by(hub: Numbered, facts: Facts, rules: Rules) -> dict[str, Pairs]:
    """Return the pairs of every trait that the rules make; families are numbered among those with an edge left."""
    is_taken = np.ones(len(hub.linked.parent), dtype=np.bool_)
    if not rules.is_repaired:
        is_taken &= hub.is_exact
    if rules.is_cut:
        is_taken &= ~hub.is_cut
    linked = hub.linked.only(is_taken).with_own_families()
    values = hub.as_read if rules.is_read else hub.as_written
    traits = {}
    for trait, sets in values.sets.items():
        if trait == "license":
            events = (
                _list_events(linked, values.licenses, hub.models["written_at"], facts) if rules.is_without_list_events else None
            )
            found = compare(linked, sets, is_list_event=events, is_default=values.is_default[linked.child])
        else:
            found = compare(linked, sets)
        traits[trait] = nearest_merged(found) if rules.is_merge_one_pair else found
    return traits


def makers(hub: Numbered, facts: Facts) -> pl.DataFrame:
    """Return author and tool of each linked model, in the order of their ids."""
    rank = {tag: place for place, tag in enumerate(facts.tool_names)}
    tools = [facts.tool_names[min(tags, key=rank.__getitem__)] if tags else None for tags in hub.models["tools"].to_list()]
    return hub.models.select("author", pl.Series("tool", tools, dtype=pl.String))


def _list_events(linked: Linked, licenses: list[frozenset[str]], written_at: pl.Series, facts: Facts) -> Flags:
    """Tell the pairs of which one end says other, written before the other end's licence was on the hub's list."""
    is_other = np.array([held == {"other"} for held in licenses], dtype=np.bool_)
    is_event = np.zeros(len(linked.parent), dtype=np.bool_)
    unlike = np.flatnonzero(is_other[linked.parent] != is_other[linked.child])
    mute = np.where(is_other[linked.parent], linked.parent, linked.child)[unlike]
    spoken = np.where(is_other[linked.parent], linked.child, linked.parent)[unlike]
    written = written_at.gather(mute).to_list()
    for at, instant, other in zip(unlike.tolist(), written, spoken.tolist(), strict=True):
        if instant is not None:
            is_event[at] = any(instant.date() < facts.listed_since.get(name, date.min) for name in licenses[other])
    return is_event


def drift_steps(hub: Numbered, facts: Facts, known: Mapping[Rules, Mapping[str, Pairs]]) -> pl.DataFrame:
    """Return the table ``drift_steps``: the rates of scope all as one rule after the other is switched on.

    The last step, `defaults_left_out`, leaves out the pairs whose child's licence its tool writes into every card. ``known``
    holds the pairs by those rules that were made already.
    """
    rows: list[dict[str, object]] = []
    for place, (step, rules) in enumerate(STEPS.items()):
        for trait, pairs in (known.get(rules) or pairs_by(hub, facts, rules)).items():
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
