"""The table ``similarity`` of a build: which texts the drawn pairs need, read and handed to the pure rooms."""

from __future__ import annotations

import polars as pl

from pipelines.builder.folder import BuildFolder
from pipelines.cards.decoding import decode
from pipelines.lineage.similarity import CARD_CHARS, Design, draw_pairs, similarity_of_cards, similarity_of_metadata
from pipelines.settings import Settings
from warehouse.files import write_whole


def write_similarity(folder: BuildFolder, settings: Settings) -> int:
    """Write ``main/similarity``; needs ``models``, ``edges``, ``cards`` and ``parent_claims``. Return its rows."""
    edges = pl.read_parquet(folder.table("main", "edges"))
    models = pl.scan_parquet(folder.table("main", "models"))
    design = Design.for_hub(models.select(pl.len()).collect().item())
    draws = draw_pairs(edges, design)
    metadata = similarity_of_metadata(draws, models.join(_drawn(draws).lazy(), on="model_id", how="semi").collect(), design)
    table = pl.concat([metadata, _of_cards(folder, settings, edges, design)])
    write_whole(folder.table("main", "similarity"), table.sort(table.columns[:5]).write_parquet, durable=False)
    return table.height


def _of_cards(folder: BuildFolder, settings: Settings, edges: pl.DataFrame, design: Design) -> pl.DataFrame:
    """Compare cards among models whose current card is long enough and was not written by a tool."""
    eligible = (
        pl.scan_parquet(folder.table("main", "cards"))
        .filter(pl.col("is_current") & (pl.col("n_chars") >= CARD_CHARS) & ~pl.col("is_auto_generated"))
        .select("model_id", "card_sha")
        .collect()
    )
    draws = draw_pairs(edges, design, among=eligible["model_id"])
    drawn = eligible.join(_drawn(draws), on="model_id", how="semi")
    return similarity_of_cards(draws, _texts(folder, settings, drawn), _parents(folder, drawn), design)


def _drawn(draws: pl.DataFrame) -> pl.DataFrame:
    return pl.concat([draws["first_id"], draws["second_id"]]).unique().alias("model_id").to_frame()


def _texts(folder: BuildFolder, settings: Settings, drawn: pl.DataFrame) -> dict[str, str]:
    """Return the whole card text of each model drawn."""
    if drawn.is_empty():
        return {}
    with folder.engine(settings, landing=("cards",)) as engine:
        engine.see_frame("wanted_cards", drawn.select("card_sha").unique())
        contents = dict(engine.frame("stage", "card_contents").iter_rows())
    return {model: decode(contents[sha]).text for model, sha in drawn.iter_rows()}


def _parents(folder: BuildFolder, drawn: pl.DataFrame) -> dict[str, list[str]]:
    """Return what each model drawn calls its parents, as written and as resolved."""
    claims = pl.scan_parquet(folder.table("main", "parent_claims")).join(
        drawn.lazy(), left_on="child_id", right_on="model_id", how="semi"
    )
    names = pl.concat([claims.select("child_id", name=column) for column in ("parent_id", "parent_ref")]).drop_nulls()
    return dict(names.group_by("child_id").agg(pl.col("name").unique().sort()).collect().iter_rows())
