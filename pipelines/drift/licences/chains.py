"""A chain of models, root first, as labels and verdicts: what the labelled chains of others are compared with.

Four labels are facts of the chain. Three are about Llama licences; here they follow from clauses: a duty needs a Llama licence
that an ancestor *declares*, and only licences from Llama 3 on ask for a name. A name alone proves no descent.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

import polars as pl

from pipelines.drift.licences.rulebook import CodeTables
from pipelines.drift.licences.verdicts import Verdicts, judge_licenses

EXACT: Final = ("license_change", "unknown_license", "ends_with_unknown_license", "single_owner")
JUDGED: Final = ("missing_llama_license", "undeclared_llama_dependency", "llama_naming_issue")

Link = tuple[str, Sequence[str] | str | None]
"""A model and the licence or licences it declares."""


def label_chains(chains: Sequence[Sequence[Link]], tables: CodeTables) -> list[list[str]]:
    """Return the labels that hold for each chain, sorted; all chains are judged in one go.

    Args:
        chains: models from the root down with their licences as tags; no licence is an empty list or ``UNKNOWN`` (in
            capitals: the lower-case ``unknown`` is what an author declared).
        tables: the code tables of licences.

    ``license_change``: the licence sets differ somewhere. ``unknown_license``, ``ends_with_unknown_license``: a model, or the
    last one, declares none. ``single_owner``: all have one owner. The labels on Llama: see `_llama_labels`.
    """
    duties = judge_chains(chains, tables).duties
    number, place = (duties["child_id"].str.extract(r"#(\d+)\.(\d+)$", group).cast(pl.Int64) for group in (1, 2))
    rows = duties.select("rule_id", chain=number, place=place)
    by_chain = {key[0]: part.select("rule_id", "place").rows() for key, part in rows.group_by("chain")}
    llama = frozenset(tables.terms.filter(license_family="llama")["license_id"])
    return [_labels(chain, by_chain.get(number, []), llama) for number, chain in enumerate(chains)]


def _labels(chain: Sequence[Link], duties: Sequence[tuple[str, int]], llama: frozenset[str]) -> list[str]:
    sets = [frozenset(_stated(licenses)) for _, licenses in chain]
    owners = {model.partition("/")[0] for model, _ in chain}
    found = {
        "license_change": len(set(sets)) > 1,
        "unknown_license": any(not each for each in sets),
        "ends_with_unknown_license": bool(sets) and not sets[-1],
        "single_owner": len(owners) == 1,
        **_llama_labels(sets, duties, llama),
    }
    return sorted(label for label, holds in found.items() if holds)


def judge_chains(chains: Sequence[Sequence[Link]], tables: CodeTables) -> Verdicts:
    """Return the verdicts and duties of all chains' edges.

    A model's id is followed by ``#<chain>.<place>``: the same model may stand in several chains, and twice in one.
    """
    named = [[f"{model}#{number}.{place}" for place, (model, _) in enumerate(chain)] for number, chain in enumerate(chains)]
    licenses = [sorted({each.lower() for each in _stated(declared)}) for chain in chains for _, declared in chain]
    records = pl.DataFrame(
        {
            "model_id": pl.Series([name for names in named for name in names], dtype=pl.String),
            "license_ids": pl.Series(licenses, dtype=pl.List(pl.String)),
        }
    )
    edges = pl.DataFrame(
        {
            "parent_id": pl.Series([name for names in named for name in names[:-1]], dtype=pl.String),
            "child_id": pl.Series([name for names in named for name in names[1:]], dtype=pl.String),
        }
    )
    return judge_licenses(records.with_columns(**_NOTHING_ELSE), edges.with_columns(**_SURE_EDGE), tables)


_SURE_EDGE: Final = {
    "relation": pl.lit("finetune"),
    "relation_source": pl.lit("declared"),
    **dict.fromkeys(("is_repaired", "is_relation_disputed", "is_time_inverted", "is_cut"), pl.lit(False)),
    **dict.fromkeys(("is_declared", "is_weight_inheriting"), pl.lit(True)),
}
"""A chain says who came from whom and no more: its steps are taken as declared finetunes."""
_NOTHING_ELSE: Final = {
    "has_license_key": pl.lit(False),
    "license_name": pl.lit(None, dtype=pl.String),
    "license_link": pl.lit(None, dtype=pl.String),
    "generator_tags": pl.lit([], dtype=pl.List(pl.String)),
    "created_at": pl.lit(None, dtype=pl.Datetime("us")),
    "last_modified_at": pl.lit(None, dtype=pl.Datetime("us")),
    "has_weights": pl.lit(None, dtype=pl.Boolean),
    "is_removed": pl.lit(False),
    "is_gated": pl.lit(False),
}


def _stated(licenses: Sequence[str] | str | None) -> list[str]:
    listed = [licenses] if isinstance(licenses, str) else licenses or ()
    return [each.strip() for each in listed if each and each.strip() not in ("", "UNKNOWN")]


def _llama_labels(sets: Sequence[frozenset[str]], duties: Sequence[tuple[str, int]], llama: frozenset[str]) -> dict[str, bool]:
    """Read the labels on Llama off the duties under a Llama licence that an ancestor declares.

    ``missing_llama_license``: a descendant declares a licence that is understood, and no Llama licence.
    ``undeclared_llama_dependency``: a descendant declares no Llama licence, be it another or none.
    ``llama_naming_issue``: the licence asks for a name and the descendant's does not begin with it (rules NAME).
    """
    bound = {place for rule_id, place in duties if rule_id.startswith("LLAMA-")}
    undeclared = {place for place in bound if not sets[place] & llama}
    return {
        "missing_llama_license": any(sets[place] - _NOT_UNDERSTOOD for place in undeclared),
        "undeclared_llama_dependency": bool(undeclared),
        "llama_naming_issue": any(rule_id.startswith("NAME-") for rule_id, _ in duties),
    }


_NOT_UNDERSTOOD: Final = frozenset({"other", "unknown"})
