"""Planted hubs in a landing zone without a crawl: with all their evidence, or with a part of it withheld.

What a crawl of the same hub lands, page by page, is written as it stands, so a million models take seconds, not hours.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from pathlib import Path
from typing import Final, Literal, get_args

import polars as pl

from pipelines.local_hub.planted import PlantedHub, plant
from pipelines.local_hub.planted.front_matter import front_matter
from warehouse.landing.files import Provenance, land
from warehouse.landing.schema import KINDS

Evidence = Literal["all", "redirects", "no_relations", "cards_alone"]
EVIDENCE: Final[tuple[Evidence, ...]] = get_args(Evidence)
MEANING: Final[dict[Evidence, str]] = {
    "all": "everything that pages and cards say; nobody asked the hub for an id that only a claim names",
    "redirects": "the same, and the hub's answers to those who asked for ids that models bore before",
    "no_relations": "parents are declared, but not how a model was made from them; no dirty records",
    "cards_alone": "parents stand in the words of cards alone: no tag, no metadata, no baseModels; no dirty records",
}

SEEN_AT: Final = datetime.fromisoformat("2026-11-20")
_RECORDS_A_FILE: Final = 50_000
_CARDS_A_FILE: Final = 20_000
_TYPED_TAG: Final = r"^base_model:(?:finetune|adapter|quantized|merge):"
_RELATION_IN_METADATA: Final = r',"base_model_relation":"[a-z]+"|"base_model_relation":"[a-z]+",?'
_PARENTS: Final = r'"base_model":(?:"[^"]*"|\[[^\]]*\])'
_PARENTS_IN_METADATA: Final = rf",{_PARENTS}|{_PARENTS},?"
_RELATION_OF_THE_HUB: Final = r'"relation":"[a-z]+",?'


def plant_with(n_models: int, seed: int, evidence: Evidence, card_share: float) -> PlantedHub:
    """Plant a hub and withhold evidence; the truth stays what was planted, dirty records included where there are any."""
    is_whole = evidence in {"all", "redirects"}
    hub = plant(n_models, seed, card_share=card_share, dirty_share=0.01 if is_whole else None)
    return hub if is_whole else _withheld(hub, with_parents=evidence == "no_relations")


def _withheld(hub: PlantedHub, *, with_parents: bool) -> PlantedHub:
    """Take relations, and parents too unless they are to stay, out of the records and the front matter of the cards."""
    tag, metadata = pl.element(), pl.col("card_data").str.replace_all(_RELATION_IN_METADATA, "")
    is_kept = ~tag.str.contains(_TYPED_TAG) if with_parents else ~tag.str.starts_with("base_model:")
    records = hub.records.with_columns(
        tags=pl.col("tags").list.filter(is_kept),
        card_data=metadata if with_parents else metadata.str.replace_all(_PARENTS_IN_METADATA, ""),
        base_models=pl.col("base_models").str.replace(_RELATION_OF_THE_HUB, "") if with_parents else pl.lit(None, pl.String),
        children_model_count=pl.lit(None, pl.String),
    )
    return replace(hub, records=records, cards=_with_front_matter_of(records, hub))


def _with_front_matter_of(records: pl.DataFrame, hub: PlantedHub) -> pl.DataFrame:
    """Return the cards with the metadata of ``records`` at their top instead of the hub's."""
    data = hub.records.select("model_id", old="card_data").with_columns(new=records["card_data"])
    rows = hub.cards.join(data, on="model_id", how="left", maintain_order="left")
    contents = [
        front_matter(new).encode() + content[len(front_matter(old).encode()) :]
        for content, old, new in rows.select("content", "old", "new").iter_rows()
    ]
    # A text of its own needs a checksum of its own; any will do that differs where the texts do.
    return hub.cards.with_columns(pl.Series("content", contents), card_sha=pl.col("card_sha").str.reverse())


def land_hub(landing: Path, hub: PlantedHub, *, with_redirects: bool) -> None:
    """Land a hub's records and cards as one crawl would, and what it answers when asked for old ids, if that is wanted."""
    _land(landing, "listing", hub.records, _RECORDS_A_FILE)
    _land(landing, "cards", hub.cards.with_columns(visit_status=pl.lit("full")), _CARDS_A_FILE)
    if with_redirects:
        answers = hub.renames.select(
            asked_id="old_id", renamed_to="model_id", found_id="model_id", lookup_status=pl.lit("found")
        )
        _land(landing, "lookups", answers, _RECORDS_A_FILE)


def _land(landing: Path, kind: str, rows: pl.DataFrame, size: int) -> None:
    schema = KINDS[kind]
    given = {name: pl.col(name).cast(dtype) for name, dtype in schema.items() if name in rows.columns}
    given["observed_at"] = pl.lit(SEEN_AT, schema["observed_at"])
    columns = [given.get(name, pl.lit(None, dtype)).alias(name) for name, dtype in schema.items()]
    for sequence, part in enumerate(rows.iter_slices(size)):
        land(landing, kind, part.select(columns), Provenance(f"planted-{kind}", sequence, SEEN_AT))
