"""Code tables: small facts the house keeps by hand, each row with its source.

``licenses`` one row a licence id of the Hub or a `license_name` common enough to count; ``languages`` one row an ISO 639-1
code, and the Hub's two values that are not one language; ``legacy_ids`` one row an id that lost its bare name to an owner;
``relations`` one row a relation of the Hub. A cell that is empty is null.
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
