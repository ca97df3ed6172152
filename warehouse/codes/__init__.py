"""Code tables: small facts the house keeps by hand, each row with its source.

``licenses`` one row a licence id of the Hub or a `license_name` common enough to count; ``license_terms`` what follows from
each of them; ``license_rules`` one row a rule of the verdicts (docs/licences.md); ``license_doubts`` one row a reason to doubt
one; ``license_aliases`` one row another spelling of a licence; ``languages`` one row an ISO 639-1 code, and the Hub's two
values that are not one language; ``legacy_ids`` one row an id that lost its bare name to an owner; ``relations`` one row a
relation of the Hub; ``architectures`` one row a model type that the Hub writes as a tag; ``tool_defaults`` one row a tag that a
tool writes into cards, with the licences it writes whatever the parent's is (a reason to doubt them, too); ``benchmarks`` one
row a spelling of a benchmark, and the share of right answers by chance that the Open LLM Leaderboard v2 subtracts, null where
it does so part by part. A cell that is empty is null.
"""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import Final

import polars as pl

from warehouse.errors import NotFound

_FOLDER = Path(__file__).parent

SCHEMAS: Final[dict[str, dict[str, pl.DataType]]] = {
    "licenses": {
        "license_id": pl.String(),
        "is_in_hub_list": pl.Boolean(),
        "license_spdx": pl.String(),
        "license_class": pl.String(),
        "source": pl.String(),
    },
    "license_terms": {
        "license_id": pl.String(),
        "license_family": pl.String(),
        "version": pl.Float64(),
        "commercial": pl.String(),
        "derivatives": pl.String(),
        "name_prefix": pl.String(),
        "name_pattern": pl.String(),
        "hub_since": pl.Date(),
        "source": pl.String(),
    },
    "license_rules": {
        "rule_id": pl.String(),
        "license": pl.String(),
        "child": pl.String(),
        "condition": pl.String(),
        "obligation": pl.String(),
        "verdict": pl.String(),
        "clause": pl.String(),
        "duty": pl.String(),
        "action": pl.String(),
        "confidence": pl.Float64(),
        "source": pl.String(),
    },
    "license_doubts": {
        "doubt": pl.String(),
        "factor": pl.Float64(),
        "meaning": pl.String(),
        "source": pl.String(),
    },
    "license_aliases": {
        "alias": pl.String(),
        "license_id": pl.String(),
        "kind": pl.String(),
        "source": pl.String(),
    },
    "languages": {
        "language_code": pl.String(),
        "language_name": pl.String(),
        "iso639_3": pl.String(),
        "kind": pl.String(),
        "is_ambiguous_tag": pl.Boolean(),
        "other_meaning": pl.String(),
        "source": pl.String(),
    },
    "legacy_ids": {
        "legacy_id": pl.String(),
        "model_id": pl.String(),
        "evidence": pl.String(),
        "source": pl.String(),
    },
    "architectures": {
        "architecture": pl.String(),
        "source": pl.String(),
    },
    "tool_defaults": {
        "tool_tag": pl.String(),
        "tool": pl.String(),
        "default_license_ids": pl.String(),
        "source": pl.String(),
    },
    "benchmarks": {
        "benchmark_key": pl.String(),
        "benchmark_name": pl.String(),
        "chance": pl.Float64(),
        "source": pl.String(),
    },
    "relations": {
        "relation": pl.String(),
        "meaning": pl.String(),
        "source": pl.String(),
    },
}
"""The columns of each table; the first is its key. `license_spdx` is null where the id names no single text, and ends in
``-only`` for GNU ids, which on the Hub do not say whether later versions are allowed. A bare tag that is an
`is_ambiguous_tag` code may mean `other_meaning`; in the recorded models whose metadata is known it nearly always was the
language, so it lowers the confidence of a language read from tags and does not rule it out."""

LICENSE_CLASSES: Final = (
    "permissive",
    "attribution",
    "public_domain",
    "weak_copyleft",
    "strong_copyleft",
    "network_copyleft",
    "share_alike",
    "data_use",
    "non_commercial",
    "no_derivatives",
    "use_restricted",
    "bespoke",
    "family_unversioned",
    "unresolved",
)
"""The closed vocabulary of `license_class`."""

LANGUAGE_KINDS: Final = ("language", "multilingual", "not_a_language")
"""The closed vocabulary of `kind`."""


def path(name: str) -> Path:
    """Return the CSV file of a code table.

    Raises:
        NotFound: there is no such table.
    """
    if name not in SCHEMAS:
        raise NotFound(f"there is no code table {name!r}", hint=f"the tables are {', '.join(SCHEMAS)}")
    return _FOLDER / f"{name}.csv"


@cache
def frame(name: str) -> pl.DataFrame:
    """Return a code table with the columns of `SCHEMAS`; it is read once a process.

    Raises:
        NotFound: there is no such table.
    """
    return pl.read_csv(path(name), schema=SCHEMAS[name])


def licensing() -> dict[str, pl.DataFrame]:
    """Return the code tables of licences under the names that `pipelines.drift.licences.CodeTables` gives them."""
    tables = ("licenses", "license_terms", "license_rules", "license_doubts", "license_aliases")
    return {name.removeprefix("license_"): frame(name) for name in tables} | {"generators": frame("tool_defaults")}
