"""A chain of models, root first, as labels and verdicts: what the labelled chains of others are compared with.

Four labels are facts of the chain. Three are about Llama licences; here they follow from clauses: a duty needs a Llama licence
that an ancestor *declares*, and only licences from Llama 3 on ask for a name. A name alone proves no descent.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final

import polars as pl

from pipelines.drift.licences.rulebook import CodeTables
from pipelines.drift.licences.verdicts import Verdicts, judge_licenses

UNSTATED: Final = frozenset({"", "unknown_license", "none"})
EXACT: Final = ("license_change", "unknown_license", "ends_with_unknown_license", "single_owner")
JUDGED: Final = ("missing_llama_license", "undeclared_llama_dependency", "llama_naming_issue")

Link = tuple[str, Sequence[str]]
"""A model and the licences it declares."""


def chain_labels(chain: Sequence[Link], tables: CodeTables) -> list[str]:
    """Return the labels that hold for a chain, sorted.

    Args:
        chain: models from the root down with their licences as tags; no licence is an empty list or ``UNKNOWN`` (in capitals:
            the lower-case ``unknown`` is what an author declared).
        tables: the code tables of licences.

    ``license_change``: the licence sets differ somewhere. ``unknown_license``, ``ends_with_unknown_license``: a model, or the last
    one, declares none. ``single_owner``: all have one owner. The labels on Llama: see `_llama_labels`.
    """
    sets = [frozenset(_stated(licenses)) for _, licenses in chain]
    owners = {model.partition("/")[0] for model, _ in chain}
    found = {
        "license_change": len(set(sets)) > 1,
        "unknown_license": any(not each for each in sets),
        "ends_with_unknown_license": bool(sets) and not sets[-1],
        "single_owner": len(owners) == 1,
        **_llama_labels(judge_chain(chain, tables)),
    }
    return sorted(label for label, holds in found.items() if holds)


def judge_chain(chain: Sequence[Link], tables: CodeTables) -> Verdicts:
    """Return the verdicts of a chain's edges; a model that occurs again is one more step under a name of its own."""
    names: list[str] = []
    for model, _ in chain:
        names.append(model if model not in names else f"{model}#{len(names)}")
    records = pl.DataFrame(
        {
            "model_id": names,
            "license_ids": [sorted({each.lower() for each in _stated(licenses)}) for _, licenses in chain],
        },
        schema={"model_id": pl.String, "license_ids": pl.List(pl.String)},
    ).with_columns(**_NOTHING_ELSE)
    edges = pl.DataFrame(
        {"parent_id": names[:-1], "child_id": names[1:]}, schema={"parent_id": pl.String, "child_id": pl.String}
    ).with_columns(
        relation=pl.lit("finetune"),
        relation_source=pl.lit("inferred"),
        is_declared=pl.lit(True),
        **dict.fromkeys(("is_repaired", "is_relation_disputed", "is_time_inverted", "is_cut"), pl.lit(False)),
    )
    return judge_licenses(records, edges, tables)


_NOTHING_ELSE: Final = {
    "has_license_key": pl.lit(False),
    "license_name": pl.lit(None, dtype=pl.String),
    "license_link": pl.lit(None, dtype=pl.String),
    "generator_tags": pl.lit([], dtype=pl.List(pl.String)),
    "created_at": pl.lit(None, dtype=pl.Datetime("us")),
    "last_modified_at": pl.lit(None, dtype=pl.Datetime("us")),
    "is_removed": pl.lit(False),
}


def _stated(licenses: Sequence[str]) -> list[str]:
    return [each.strip() for each in licenses or () if each and each.strip() not in ("", "UNKNOWN")]


def _llama_labels(judged: Verdicts) -> dict[str, bool]:
    """Read the labels on Llama off the duties under a Llama licence that an ancestor declares.

    ``missing_llama_license``: a descendant declares licences, none of them a Llama licence (LLAMA-3, LLAMA-4).
    ``undeclared_llama_dependency``: a descendant declares no Llama licence, be it another or none.
    ``llama_naming_issue``: the licence asks for a name and the descendant's does not begin with it (NAME).
    """
    duties: list[dict[str, Any]] = judged.duties.select("rule_id", "verdict").to_dicts()
    llama = [duty for duty in duties if duty["rule_id"].startswith("LLAMA-")]
    missing = [duty for duty in llama if duty["rule_id"] in ("LLAMA-3", "LLAMA-4") and duty["verdict"] != "unknown"]
    return {
        "missing_llama_license": bool(missing),
        "undeclared_llama_dependency": bool(missing) or any(duty["verdict"] == "unknown" for duty in llama),
        "llama_naming_issue": any(duty["rule_id"].startswith("NAME-") for duty in duties),
    }
