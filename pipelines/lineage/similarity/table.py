"""The table ``similarity``, from edges, models and card texts."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import polars as pl

from pipelines.lineage.forest import Ints
from pipelines.lineage.similarity.draws import Design
from pipelines.lineage.similarity.measures import text_similarity, trait_similarity
from pipelines.lineage.similarity.summary import SIMILARITY, What, summarise
from pipelines.lineage.similarity.texts import CONTROLS, Control, card_texts, metadata_texts
from pipelines.lineage.similarity.vectors import Floats


@dataclass(frozen=True)
class _Pairs:
    """Drawn pairs as places in the sorted ids of the models drawn."""

    ids: pl.Series
    first: Ints
    second: Ints

    @staticmethod
    def of(draws: pl.DataFrame) -> _Pairs:
        ids = pl.concat([draws["first_id"], draws["second_id"]]).unique().sort().alias("model_id")
        first, second = (ids.search_sorted(draws[end]).cast(pl.Int64).to_numpy() for end in ("first_id", "second_id"))
        return _Pairs(ids, first, second)


def similarity_of_metadata(draws: pl.DataFrame, models: pl.DataFrame, design: Design) -> pl.DataFrame:
    """Return the rows of ``similarity`` about metadata and traits.

    Args:
        draws: as `draws.draw_pairs` returns them.
        models: at least the models drawn, with the columns of ``models``.
        design: number of bootstraps and the seed.
    """
    if draws.is_empty():
        return pl.DataFrame(schema=SIMILARITY)
    pairs = _Pairs.of(draws)
    drawn = pairs.ids.to_frame().join(models, on="model_id", how="left", maintain_order="left")
    texts = {control: metadata_texts(drawn, control) for control in CONTROLS}
    measured = _measured("metadata", texts, pairs)
    traits = trait_similarity(drawn, pairs.first, pairs.second)
    measured |= {What("traits", "parent_tags_removed", measure): values for measure, values in traits.items()}
    return summarise(draws, measured, design)


def similarity_of_cards(
    draws: pl.DataFrame, cards: Mapping[str, str], parents: Mapping[str, list[str]], design: Design
) -> pl.DataFrame:
    """Return the rows of ``similarity`` about cards.

    Args:
        draws: as `draws.draw_pairs` returns them.
        cards: whole text of every model drawn.
        parents: ids of the parents of every model that has any.
        design: number of bootstraps and the seed.
    """
    if draws.is_empty():
        return pl.DataFrame(schema=SIMILARITY)
    pairs = _Pairs.of(draws)
    whole, own = [cards[model] for model in pairs.ids], [parents.get(model, []) for model in pairs.ids]
    texts = {control: card_texts(whole, own, control) for control in CONTROLS}
    return summarise(draws, _measured("card", texts, pairs), design)


def _measured(compared: str, texts: Mapping[Control, list[str]], pairs: _Pairs) -> dict[What, Floats]:
    found: dict[What, Floats] = {}
    for control, written in texts.items():
        for measure, values in text_similarity(written, pairs.first, pairs.second).items():
            found[What(compared, control, measure)] = values
    return found
