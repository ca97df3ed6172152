"""A model's `cardData` as the API gives it: JSON text put together column by column."""

from __future__ import annotations

import orjson
import polars as pl

from pipelines.local_hub.planted.generators import GENERATORS
from pipelines.local_hub.planted.vocabulary import LANGUAGES

_RELATIONS = ("finetune", "adapter", "quantized", "merge")


def json_of(*fields: pl.Expr) -> pl.Expr:
    """Return a JSON object of the fields that are not null; each field is a text ``"key":value``."""
    return pl.concat_str(pl.lit("{"), pl.concat_str(fields, separator=",", ignore_nulls=True), pl.lit("}"))


def card_data() -> pl.Expr:
    """Return `cardData`, null where there is no card; the keys stand in the order in which people write them."""
    fields = (
        _text("license", "declared_license"),
        pl.col("declared_languages").replace_strict(_LANGUAGE_FIELDS, default=None, return_dtype=pl.String),
        pl.when(pl.col("text_seed") % 2 == 0).then(_text("library_name", "declared_library")),
        pl.when(pl.col("text_seed") % 3 > 0).then(_text("pipeline_tag", "declared_task")),
        _list("tags", pl.col("card_tags")),
        pl.when(pl.col("n_parents") > 0).then(_base_model()),
        pl.when("is_relation_declared", pl.col("kind").is_in(_RELATIONS)).then(_text("base_model_relation", "kind")),
        pl.when("has_dataset").then(pl.format('"datasets":["{}"]', "dataset")),
        pl.col("generator").replace_strict(_GENERATOR_FIELDS, default=None, return_dtype=pl.String),
        pl.when("has_results").then(pl.format('"model-index":{}', "model_index")),
    )
    return pl.when("has_card").then(json_of(*fields))


def model_index() -> pl.Expr:
    """Return the results a model reports, one metric; null for models that report none."""
    result = pl.format(
        '[{{"name":"{}","results":[{{"task":{{"type":"{}"}},"dataset":{{"name":"{}","type":"{}"}},'
        '"metrics":[{{"type":"{}","value":{}}}]}}]}}]',
        "name", "task", pl.col("eval_set"), pl.col("eval_set"), "result_metric", "result_value",
    )  # fmt: skip
    return pl.when("has_results").then(result)


def _text(key: str, column: str) -> pl.Expr:
    return pl.format('"{}":"{}"', pl.lit(key), pl.col(column))


def _list(key: str, values: pl.Expr) -> pl.Expr:
    return pl.when(values.list.len() > 0).then(pl.format('"{}":["{}"]', pl.lit(key), values.list.join('","')))


def _base_model() -> pl.Expr:
    """One parent stands alone or in a list, as people write it; several always in a list."""
    is_single = (pl.col("n_parents") == 1) & ~pl.col("is_parent_listed")
    one = pl.format('"base_model":"{}"', pl.col("parent_ids").list.first())
    return pl.when(is_single).then(one).otherwise(_list("base_model", pl.col("parent_ids")))


def _language_field(value: str) -> str:
    codes = value.split(",")
    return '"language":' + orjson.dumps(codes if len(codes) > 1 else codes[0]).decode()


_LANGUAGE_FIELDS = {value: _language_field(value) for value in LANGUAGES.values}
_GENERATOR_FIELDS = {
    "trl": '"licence":"license"',
    "mradermacher": '"quantized_by":"mradermacher"',
    "bartowski": '"quantized_by":"bartowski"',
}
CARD_TAGS = {generator.name: list(generator.tags) for generator in GENERATORS}
"""Tags that a generator writes into the front matter."""
