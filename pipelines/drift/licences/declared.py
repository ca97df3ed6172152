"""What each model declares: licence ids that are understood, or the state that says why there is none.

Five states are never folded into one: no key (``absent``), a key without a value (``null``), the author's ``unknown``,
``other`` without a name that is known, and a value that no table knows (``unrecognised``). ``placeholder`` is the word
``license`` that a template left; ``not_listed`` a parent that was never seen.
"""

from __future__ import annotations

from typing import Final

import polars as pl

from pipelines.drift.licences.rulebook import CodeTables

STATES: Final = ("known", "other", "unknown", "unrecognised", "placeholder", "null", "absent", "not_listed")
"""How a licence is declared; of several values the first state of this order counts."""
_EXPRESSION: Final = r"^[(]?[a-z][a-z0-9.+-]*[)]?(?: (?:or|and) [(]?[a-z][a-z0-9.+-]*[)]?)+$"
"""Ids joined by SPDX's operators, as the tags write them; `gpl-2.0 or later` is one licence and is left whole."""


def declared_licenses(records: pl.DataFrame, tables: CodeTables) -> tuple[pl.DataFrame, pl.DataFrame]:
    """Read what models declare.

    Args:
        records: one row a model: model_id, license_ids (lower case), has_license_key, license_name, license_link,
            generator_tags.
        tables: the code tables.

    Returns:
        One row a model: model_id, license_state. And one row a model and licence that is understood: model_id, license_id,
        is_alias (read from its name, link or another spelling), is_by_generator (a tool wrote it that always does),
        is_contradicted (`license_name` beside it is another licence's name, or a name of its own).
    """
    written = records.select("model_id", "license_name", "license_link", "generator_tags", value="license_ids").explode("value")
    values = _parts(written.filter(pl.col("value").is_not_null()))
    known = tables.licenses.filter(pl.col("license_class") != "unresolved")["license_id"]
    read = _resolved(
        values.with_columns(name=_plain("license_name"), key=_plain("value")), known, _spellings(tables), tables.aliases
    )
    states = read.with_columns(license_state=_state()).select("model_id", "license_state")
    unread = records.join(states, on="model_id", how="anti").select(
        "model_id", license_state=pl.when("has_license_key").then(pl.lit("null")).otherwise(pl.lit("absent"))
    )
    first = pl.concat([states, unread]).with_columns(pl.col("license_state").cast(pl.Enum(STATES)))
    of_models = first.group_by("model_id").agg(pl.col("license_state").min().cast(pl.String)).sort("model_id")
    understood = read.filter(pl.col("license_id").is_not_null())
    listed = _by_generator(understood, tables.generators).group_by("model_id", "license_id").agg(
        pl.col("is_alias").all(), pl.col("is_by_generator").any(), pl.col("is_contradicted").any()
    )  # fmt: skip
    return of_models, listed.sort("model_id", "license_id")


def _parts(values: pl.DataFrame) -> pl.DataFrame:
    """Take an expression of SPDX apart: `mit or apache-2.0` declares both; a full name that holds the word "or" stays whole."""
    is_expression = pl.col("value").str.contains(_EXPRESSION) & ~pl.col("value").str.ends_with(" later")
    parts = pl.when(is_expression).then(
        pl.col("value").str.replace_all(r"[()]", "").str.replace_all(" and ", " or ", literal=True).str.split(" or ")
    )
    return values.with_columns(value=parts.otherwise(pl.concat_list("value"))).explode("value")


def _plain(column: str) -> pl.Expr:
    """Write a name or address in lower case with single hyphens, as the table of aliases does."""
    bare = pl.col(column).str.to_lowercase().str.replace(r"^https?://(www\.)?", "")
    return bare.str.replace_all(r"[^a-z0-9+]+", "-").str.strip_chars("-")


def _spellings(tables: CodeTables) -> pl.DataFrame:
    """Return other spellings of ids, one row a spelling: the table's, and ids and SPDX ids without dots, spaces and case."""
    known = tables.licenses.filter(pl.col("license_class") != "unresolved")
    own = [known.select(_plain(column).alias("key"), by_spelling="license_id") for column in ("license_id", "license_spdx")]
    listed = tables.aliases.filter(pl.col("kind") != "link").select(key="alias", by_spelling="license_id")
    found = pl.concat([listed, *own]).drop_nulls()
    return found.unique("key", keep="first", maintain_order=True)


def _resolved(values: pl.DataFrame, known: pl.Series, spelled: pl.DataFrame, aliases: pl.DataFrame) -> pl.DataFrame:
    """Add license_id (null where nothing is understood), is_alias and is_contradicted."""
    named = aliases.filter(kind="name").select(name="alias", by_name="license_id")
    values = values.with_columns(
        address=pl.when(pl.col("value").str.contains("://", literal=True)).then("value").otherwise("license_link")
    )
    links = values.select("address").unique().with_columns(link=_plain("address"))
    by_link = links.select(
        "address",
        by_link=pl.coalesce(
            pl.when(pl.col("link").str.contains(alias, literal=True)).then(pl.lit(license_id))
            for alias, license_id in aliases.filter(kind="link").sort("alias").select("alias", "license_id").iter_rows()
        ),
    )
    joined = (
        values.join(spelled, on="key", how="left")
        .join(named, on="name", how="left")
        .join(spelled.select(name="key", by_other_spelling="by_spelling"), on="name", how="left")
        .join(by_link, on="address", how="left", nulls_equal=True)
    )
    is_other = pl.col("value") == "other"
    by_own_name = pl.when(pl.col("license_name").str.to_lowercase().is_in(known.implode())).then(
        pl.col("license_name").str.to_lowercase()
    )
    is_exact = pl.col("value").is_in(known.implode())
    guessed = (
        pl.when(is_other)
        .then(pl.coalesce(by_own_name, "by_name", "by_other_spelling", "by_link"))
        .when(pl.col("address") == pl.col("value"))
        .then("by_link")
        .otherwise(pl.col("by_spelling"))
    )
    license_id = pl.when(is_exact).then("value").otherwise(guessed)
    means = pl.coalesce(by_own_name, "by_name", "by_other_spelling", _plain("license_name"))
    is_contradicted = ~is_other & (means != license_id) & (means != pl.col("key"))
    return joined.with_columns(license_id=license_id, is_alias=~is_exact, is_contradicted=is_contradicted.fill_null(False))


def _state() -> pl.Expr:
    return (
        pl.when(pl.col("license_id").is_not_null())
        .then(pl.lit("known"))
        .when(pl.col("value").is_in(["other", "unknown"]))
        .then("value")
        .when(pl.col("value") == "license")
        .then(pl.lit("placeholder"))
        .otherwise(pl.lit("unrecognised"))
    )


def _by_generator(read: pl.DataFrame, generators: pl.DataFrame) -> pl.DataFrame:
    """Mark licences that a tool in the model's tags always writes."""
    defaults = generators.select(generator_tag="tool_tag", license_id=pl.col("default_license_ids").str.split(" "))
    fixed = defaults.drop_nulls("license_id").explode("license_id")
    tagged = read.select("model_id", "license_id", generator_tag="generator_tags").explode("generator_tag")
    marked = tagged.join(fixed, on=["generator_tag", "license_id"]).select("model_id", "license_id").unique()
    return read.join(marked.with_columns(is_by_generator=pl.lit(True)), on=["model_id", "license_id"], how="left").with_columns(
        pl.col("is_by_generator").fill_null(False)
    )
