"""Every declared value of every trait read once: the table ``trait_values``, and the values of models by it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

import polars as pl

from pipelines.drift.language_values import LanguageReader
from pipelines.drift.license_values import LicenseReader
from pipelines.drift.reading import Reading

TRAITS: Final = ("license", "language", "task", "library", "dataset", "architecture", "parameter_count")
"""What of a model is compared."""
UNREAD: Final = ("parameter_count",)
"""Numbers: compared as they are, and left out of `trait_values`."""
_LOADER_WORDS: Final = frozenset(
    ("imagefolder", "generator", "audiofolder", "custom", "none", "null", "null_dataset", "text", "json", "csv", "parquet",
     "local", "data", "dataset", "custom_dataset")
)  # fmt: skip
"""What training libraries write where a data set has no id: a shared word is no shared data set."""
_SCHEMA: Final = {
    "trait": pl.String(),
    "raw_value": pl.String(),
    "trait_value": pl.String(),
    "standard_id": pl.String(),
    "value_class": pl.String(),
    "value_reason": pl.String(),
    "n_models": pl.Int64(),
}


@dataclass(frozen=True)
class Readers:
    """What values are read by: the code tables of licences and languages."""

    licenses: LicenseReader
    languages: LanguageReader


def read_values(declared: pl.DataFrame, readers: Readers) -> pl.DataFrame:
    """Read every distinct value once.

    Args:
        declared: trait, raw_value, is_bare_tag (a language told by tags alone), n_models; one row each.
        readers: how licences and languages are read.
    Returns:
        The table ``trait_values``. Where a language is told by bare tags and by card metadata, the reason is that of the
        metadata, as the value is the same.
    """
    counted = (
        declared.filter(~pl.col("trait").is_in(UNREAD))
        .group_by("trait", "raw_value")
        .agg(pl.col("is_bare_tag").all(), pl.col("n_models").sum())
        .sort("trait", "raw_value")
    )
    rows = [
        (trait, raw, reading.value, reading.standard_id, reading.value_class, reading.reason, n_models)
        for trait, raw, is_bare_tag, n_models in counted.iter_rows()
        for reading in _read(readers, trait, raw, is_bare_tag)
    ]
    return pl.DataFrame(rows, schema=_SCHEMA, orient="row").unique(["trait", "raw_value", "trait_value"], keep="first").sort(
        "trait", "raw_value", "trait_value"
    )  # fmt: skip


def _read(readers: Readers, trait: str, raw: str, is_bare_tag: bool) -> list[Reading]:
    if trait == "license":
        return readers.licenses.read(raw)
    if trait == "language":
        return readers.languages.read(raw, is_bare_tag=is_bare_tag)
    plain: Callable[[str], Reading] = _dataset if trait == "dataset" else _word
    return [plain(raw)]


def _dataset(raw: str) -> Reading:
    text = raw.strip()
    if text.lower() in _LOADER_WORDS or not text:
        return Reading(None, None, "loader_word", "not_a_dataset_id")
    return Reading(text, None, "dataset", None)


def _word(raw: str) -> Reading:
    text = raw.strip().lower()
    return Reading(text or None, reason=None if text == raw else "trimmed")


def values_of_models(declared: pl.DataFrame, read: pl.DataFrame) -> pl.DataFrame:
    """Return model_id, trait, trait_value: what each model declares, as read; rows that are no value are left out.

    Args:
        declared: model_id, trait, raw_value.
        read: the table of `read_values`.
    """
    known = declared.join(read.select("trait", "raw_value", "trait_value"), on=["trait", "raw_value"])
    numbers = declared.filter(pl.col("trait").is_in(UNREAD)).with_columns(trait_value=pl.col("raw_value"))
    return pl.concat([known, numbers]).drop_nulls("trait_value").select("model_id", "trait", "trait_value")
