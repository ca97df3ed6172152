"""Grown models as landing rows: what the Hub would answer for them, tags derived the way the Hub derives them."""

from __future__ import annotations

from typing import Final

import polars as pl

from pipelines.local_hub.planted.card_data import CARD_TAGS, card_data, model_index
from pipelines.local_hub.planted.population import Population
from warehouse.landing.schema import RECORDS

_CHUNK: Final = 200_000
"""Models written at a time: bounds the memory of half-finished texts."""
_ORDER: Final = ("created_at", "hub_object_id")
_RELATIONS: Final = ("adapter", "merge", "quantized", "finetune")
"""Order of the keys of childrenModelCount."""
COLUMNS: Final = {name: dtype for name, dtype in RECORDS.items() if name != "observed_at"}


def wire_rows(population: Population) -> list[pl.DataFrame]:
    """Return one row a grown model, in creation order, with the columns of `RECORDS` but for observed_at; in chunks."""
    models = population.models.with_columns(_children(population)).with_columns(*_declared())
    return [_chunk(models, population.edges, first) for first in range(0, models.height, _CHUNK)]


def interleave(chunks: list[pl.DataFrame], others: pl.DataFrame) -> pl.DataFrame:
    """Return the rows of both in the order of (created_at, hub_object_id); only one chunk is ever copied at a time.

    ``others`` may lack the key (nulls), such rows come last. ``chunks`` is emptied on the way to free its memory.
    """
    waiting = others.sort(_ORDER, nulls_last=True)
    merged = []
    while chunks:
        chunk = chunks.pop(0)
        end = chunk["created_at"][-1] if chunks else None
        n_due = waiting.height if end is None else waiting.select((pl.col("created_at") < end).sum()).item()
        merged.append(pl.concat([chunk, waiting.head(n_due)]).sort(_ORDER, nulls_last=True))
        waiting = waiting.slice(n_due)
    return pl.concat(merged, rechunk=False)


def _declared() -> list[pl.Expr]:
    """Return traits as declared: null where the author says nothing, or has no card to say it in."""
    in_card = [
        pl.when("has_card", f"is_{trait}_declared").then(trait).alias(f"declared_{trait}") for trait in ("license", "languages")
    ]
    return [
        *in_card,
        pl.when("is_task_declared").then("task").alias("declared_task"),
        pl.when("is_library_declared").then("wire_library").alias("declared_library"),
    ]


def children_counts(edges: pl.DataFrame, parent: str) -> pl.DataFrame:
    """Return childrenModelCount as JSON, one row a parent (its column is named ``parent``) that has children."""
    per_parent = edges.group_by(parent).agg((pl.col("relation") == name).sum().alias(name) for name in _RELATIONS)
    text = pl.format('{{"adapter":{},"merge":{},"quantized":{},"finetune":{}}}', *_RELATIONS)
    return per_parent.select(parent, text.alias("children_model_count"))


def _children(population: Population) -> pl.Series:
    rows = pl.DataFrame({"parent": pl.int_range(population.models.height, dtype=pl.UInt32, eager=True)})
    counts = children_counts(population.edges, "parent")
    return rows.join(counts, on="parent", how="left", maintain_order="left")["children_model_count"]


def _chunk(models: pl.DataFrame, edges: pl.DataFrame, first: int) -> pl.DataFrame:
    part = models.slice(first, _CHUNK).with_columns(pl.int_range(first, first + pl.len(), dtype=pl.UInt32).alias("child"))
    linked = part.join(_parents(edges, first), on="child", how="left", maintain_order="left")
    ready = linked.with_columns(
        pl.col("n_parents").fill_null(0),
        pl.col("generator").replace_strict(CARD_TAGS, default=[], return_dtype=pl.List(pl.String)).alias("card_tags"),
        model_index().alias("model_index"),
    ).with_columns(card_data().alias("card_data"))
    return ready.select(_column(name, dtype) for name, dtype in COLUMNS.items())


def _parents(edges: pl.DataFrame, first: int) -> pl.DataFrame:
    """Return one row a child of this chunk: its parents' ids, and the models of its baseModels, both in order."""
    bounds = edges["child"].search_sorted(pl.Series([first, first + _CHUNK], dtype=pl.UInt32))
    own = edges.slice(bounds[0], bounds[1] - bounds[0])
    stub = pl.format('{{"_id":"{}","id":"{}"}}', "parent_object_id", "parent_id")
    return own.group_by("child", maintain_order=True).agg(
        pl.len().alias("n_parents"),
        pl.col("parent_id").alias("parent_ids"),
        pl.format("base_model:{}", "parent_id").alias("bare_tags"),
        pl.format("base_model:{}:{}", "relation", "parent_id").alias("typed_tags"),
        stub.str.join(",").alias("base_model_stubs"),
    )


def _column(name: str, dtype: pl.DataType) -> pl.Expr:
    return _EXPRESSIONS.get(name, pl.lit(None)).cast(dtype).alias(name)


_IS_QUANTIZED = pl.col("kind") == "quantized"
_IS_ADAPTER = pl.col("kind") == "adapter"
_HAS_FULL_WEIGHTS = pl.col("has_safetensors") & ~_IS_QUANTIZED & ~_IS_ADAPTER


def _tags() -> pl.Expr:
    """Return tags in the Hub's order: library, files, type, task, card, parents, data, papers, licence, languages, region."""
    return pl.concat_list(
        pl.col("declared_library"),
        pl.when("has_safetensors", ~_IS_QUANTIZED).then(pl.lit("safetensors")),
        pl.when(~_IS_ADAPTER).then("model_type"),
        pl.col("declared_task"),
        pl.when("has_card").then("card_tags").otherwise(_NO_TEXTS),
        pl.when("has_results").then(pl.lit("model-index")),
        pl.when("has_card", "has_dataset").then(pl.format("dataset:{}", "dataset")),
        pl.col("bare_tags").fill_null(_NO_TEXTS),
        pl.col("typed_tags").fill_null(_NO_TEXTS),
        pl.when("has_card", "has_arxiv").then(pl.format("arxiv:{}", "arxiv")),
        pl.format("license:{}", "declared_license"),
        pl.col("declared_languages").str.split(",").fill_null(_NO_TEXTS),
        pl.when(pl.col("text_seed") % 5 < 2).then(pl.lit("endpoints_compatible")),
        pl.lit("region:us"),
    ).list.drop_nulls()


_NO_TEXTS = pl.lit([], dtype=pl.List(pl.String))


def _base_models() -> pl.Expr:
    """Return baseModels: one relation a model, and its parents as the Hub resolved them."""
    answer = pl.format('{{"relation":"{}","models":[{}]}}', "kind", "base_model_stubs")
    return pl.when("has_base_models").then(answer)


def _safetensors() -> pl.Expr:
    answer = pl.format('{{"parameters":{{"BF16":{}}},"total":{}}}', "parameter_count", "parameter_count")
    return pl.when(_HAS_FULL_WEIGHTS).then(answer)


def _gguf() -> pl.Expr:
    answer = pl.format('{{"total":{},"architecture":"{}","context_length":8192}}', "parameter_count", "model_type")
    return pl.when(_IS_QUANTIZED).then(answer)


def _config() -> pl.Expr:
    answer = pl.format('{{"architectures":["{}"],"model_type":"{}"}}', "architecture", "model_type")
    return pl.when(~_IS_ADAPTER & ~_IS_QUANTIZED).then(answer)


def _siblings() -> pl.Expr:
    """Return the files' names as the kind has them; a model without a card has no README.md."""
    weights = (
        pl.when(_IS_QUANTIZED)
        .then(pl.lit('{"rfilename":"model-Q4_K_M.gguf"},{"rfilename":"model-Q8_0.gguf"}'))
        .when(_IS_ADAPTER)
        .then(pl.lit('{"rfilename":"adapter_config.json"},{"rfilename":"adapter_model.safetensors"}'))
        .when("has_safetensors")
        .then(pl.lit('{"rfilename":"config.json"},{"rfilename":"model.safetensors"}'))
        .otherwise(pl.lit('{"rfilename":"config.json"},{"rfilename":"pytorch_model.bin"}'))
    )
    readme = pl.when("has_card").then(pl.lit('{"rfilename":"README.md"}'))
    files = pl.concat_str(pl.lit('{"rfilename":".gitattributes"}'), readme, weights, separator=",", ignore_nulls=True)
    return pl.concat_str(pl.lit("["), files, pl.lit("]"))


def _null_fields() -> pl.Expr:
    """A task nobody stated is absent on the wire or null, depending on the era that wrote the record."""
    is_null = pl.col("declared_task").is_null() & pl.col("is_null_task")
    return pl.when(is_null).then(pl.lit(["pipeline_tag"], dtype=pl.List(pl.String)))


_EXPRESSIONS: Final[dict[str, pl.Expr]] = {
    **{name: pl.col(name) for name in ("hub_object_id", "model_id", "author", "sha", "created_at", "last_modified")},
    **{name: pl.col(name) for name in ("gated", "is_disabled", "downloads_30d", "downloads_all_time", "likes")},
    "is_private": pl.lit(False),
    "trending_score": (pl.col("likes") % 7).cast(pl.Float64),
    "pipeline_tag": pl.col("declared_task"),
    "library_name": pl.col("declared_library"),
    "tags": _tags(),
    "card_data": pl.col("card_data"),
    "base_models": _base_models(),
    "children_model_count": pl.col("children_model_count"),
    "safetensors": _safetensors(),
    "gguf": _gguf(),
    "config": _config(),
    "model_index": pl.col("model_index"),
    "siblings": _siblings(),
    "null_fields": _null_fields(),
}
