"""The directions that the seed paper names: licences towards permissive or copyleft, and many languages towards English."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

import numpy as np
import polars as pl

from pipelines.drift.changes import Measured, mean_changes
from pipelines.drift.linked import SCOPES, in_scope
from pipelines.drift.pairs import Pairs
from pipelines.drift.sets import Codes, Flags

CLASS_GROUPS: Final[Mapping[str, frozenset[str]]] = {
    "permissive": frozenset({"permissive", "attribution", "public_domain"}),
    "copyleft": frozenset({"weak_copyleft", "strong_copyleft", "network_copyleft", "share_alike"}),
    "restricted": frozenset({"use_restricted", "non_commercial", "no_derivatives", "bespoke", "data_use"}),
}
"""Groups of licence classes by what the paper's words say; a family without version and an unresolved text are in none."""
LANGUAGE_MEASURES: Final = (
    "n_languages",
    "is_english_only",
    "is_multilingual",
    "multilingual_to_english",
    "english_to_multilingual",
)


def license_drift(pairs: Pairs, classes: Mapping[str, str]) -> pl.DataFrame:
    """Return the table ``license_drift``: the share of licensed pairs in each group of classes, on the parent and on the child.

    A model with several licences is in a group if one of them is (the strictest counts: restricted before copyleft before
    permissive). Pairs of which an end is in no group are left out.

    Args:
        pairs: the pairs of the trait license.
        classes: class of each licence id.
    """
    group_of = {name: group for group, held in CLASS_GROUPS.items() for name, known in classes.items() if known in held}
    names = [group_of.get(value) for value in pairs.sets.values]
    ranks = {"restricted": 3, "copyleft": 2, "permissive": 1, None: 0}
    rank = np.array([ranks[name] for name in names], dtype=np.int64)
    of_set = _largest_of_sets(pairs, rank)
    before, after = of_set[pairs.before], of_set[pairs.after]
    is_known = pairs.is_declared & (before > 0) & (after > 0)
    measured = [
        Measured(f"is_{group}", before == ranks[group], after == ranks[group], is_known, pairs.is_default)
        for group in CLASS_GROUPS
    ]
    return mean_changes(pairs.linked, measured)


def _largest_of_sets(pairs: Pairs, rank: Codes) -> Codes:
    """Return the highest rank among the values of each set; 0 if one of them has none."""
    members = pairs.sets.members
    found = np.zeros(members.shape[0], dtype=np.int64)
    for code in range(1, members.shape[0]):
        held = rank[members.indices[members.indptr[code] : members.indptr[code + 1]]]
        found[code] = held.max() if held.min() > 0 else 0
    return found


def language_drift(pairs: Pairs, says_multilingual: Flags) -> pl.DataFrame:
    """Return the table ``language_drift``.

    Measures of pairs that both declare a language: `n_languages`, `is_english_only`, `is_multilingual` (two or more).
    `multilingual_to_english` is taken over the pairs whose parent has two languages or more, or says multilingual: the share
    whose child is English alone. `english_to_multilingual` is the opposite: of parents that are English alone.

    Args:
        pairs: the pairs of the trait language.
        says_multilingual: models that declare multilingual as if it were a language.
    """
    size = pairs.sets.size
    count = size.astype(np.float64)
    english = np.zeros(len(size), dtype=np.bool_)
    if "en" in pairs.sets.values:
        column = pairs.sets.members[:, pairs.sets.values.index("en")].toarray().reshape(-1) > 0
        english = column & (size == 1)
    many_parents = (size[pairs.before] > 1) | says_multilingual[pairs.linked.parent]
    many_children = (size[pairs.after] > 1) | says_multilingual[pairs.linked.child]
    has_child = (pairs.after > 0) | says_multilingual[pairs.linked.child]
    english_parent = english[pairs.before] & ~says_multilingual[pairs.linked.parent]
    english_child = english[pairs.after] & ~says_multilingual[pairs.linked.child]
    declared, never = pairs.is_declared, np.zeros(len(pairs.before), dtype=np.bool_)
    measured = [
        Measured("n_languages", count[pairs.before], count[pairs.after], declared, never),
        Measured("is_english_only", english[pairs.before], english[pairs.after], declared, never),
        Measured("is_multilingual", size[pairs.before] > 1, size[pairs.after] > 1, declared, never),
        Measured("multilingual_to_english", never, english_child, many_parents & has_child, never),
        Measured("english_to_multilingual", never, many_children, english_parent & has_child, never),
    ]
    return mean_changes(pairs.linked, measured).drop("^undefaulted.*$")


def language_turnover(pairs: Pairs) -> pl.DataFrame:
    """Return the table ``language_turnover``: in each scope how often a language is lost, and how often it comes in.

    Over pairs that both declare a language: a loss is a parent's language that the child lacks, an entry one that is new.
    """
    rows = []
    for scope in SCOPES:
        chosen = pairs.is_declared & in_scope(pairs.linked.relation, scope)
        kinds, n_pairs = np.unique(np.stack([pairs.before[chosen], pairs.after[chosen]]), axis=1, return_counts=True)
        if not len(n_pairs):
            continue
        before, after = pairs.sets.members[kinds[0]], pairs.sets.members[kinds[1]]
        held = np.asarray(n_pairs @ before).reshape(-1)
        kept = np.asarray(n_pairs @ before.multiply(after).tocsr()).reshape(-1)
        now = np.asarray(n_pairs @ after).reshape(-1)
        total = int(n_pairs.sum())
        frame = pl.DataFrame(
            {
                "trait_value": pairs.sets.values,
                "n_parents_with": held.astype(np.int64),
                "n_lost": (held - kept).astype(np.int64),
                "n_parents_without": (total - held).astype(np.int64),
                "n_gained": (now - kept).astype(np.int64),
            }
        )
        rows.append(
            frame.with_columns(relation_scope=pl.lit(scope)).filter((pl.col("n_parents_with") + pl.col("n_gained")) > 0)
        )
    if not rows:
        return pl.DataFrame(schema=TURNOVER)
    rate = {
        "lost_share": pl.col("n_lost") / pl.col("n_parents_with"),
        "gained_share": pl.col("n_gained") / pl.col("n_parents_without"),
    }
    told = pl.concat(rows).with_columns(value.round(6).fill_nan(None).alias(name) for name, value in rate.items())
    return told.select(list(TURNOVER)).sort("relation_scope", "trait_value")


TURNOVER: Final[dict[str, pl.DataType]] = {
    "relation_scope": pl.String(),
    "trait_value": pl.String(),
    "n_parents_with": pl.Int64(),
    "n_lost": pl.Int64(),
    "lost_share": pl.Float64(),
    "n_parents_without": pl.Int64(),
    "n_gained": pl.Int64(),
    "gained_share": pl.Float64(),
}
