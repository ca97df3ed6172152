"""Claims of a planted hub, without records and cards: ``python -m benchmarks.planted_claims MODELS SEED FOLDER``.

Writes what the build's SQL hands to the lineage room: ``claims``, ``births`` and ``signs``, one Parquet file each. The families
are grown as in every planted hub; each pair is claimed by a typed tag, the card metadata and the hub's baseModels.
"""

from __future__ import annotations

import sys
from datetime import datetime
from pathlib import Path
from typing import Final

import numpy as np
import polars as pl

from pipelines.local_hub.planted.families import grow
from pipelines.local_hub.planted.identity import identify
from pipelines.local_hub.planted.parameters import KINDS, MERGE, HubShape

SOURCES: Final = ("base_models", "card_data", "tag")
_SIGNS: Final = (
    "is_quantized_library", "is_library_unknown", "has_lora_tag", "has_safetensors_sign", "has_bits_tag",
    "has_quantization_config", "has_quantized_by", "has_trainer_tag", "has_quantized_name", "has_adapter_name", "is_bare",
    "has_merge_name", "has_adapter_file", "has_gguf_file", "has_full_file",
)  # fmt: skip
"""Signs that nothing shows here; the others follow the kind."""


def main(n_models: int, seed: int, folder: Path) -> None:
    """Grow the families and write the three tables."""
    structure = grow(n_models, seed, HubShape())
    identity = identify(structure, seed)
    ids, kind = identity["model_id"], pl.Series(KINDS).gather(pl.Series(structure.kind, dtype=pl.UInt32))
    child, parent = (pl.Series(end, dtype=pl.UInt32) for end in (structure.child_of_edge, structure.parent_of_edge))
    pairs = pl.DataFrame({"child_id": ids.gather(child), "parent_ref": ids.gather(parent), "relation": kind.gather(child)})
    folder.mkdir(parents=True, exist_ok=True)
    _claims(pairs).write_parquet(folder / "claims.parquet")
    _births(ids, structure.created).write_parquet(folder / "births.parquet")
    _signs(ids, kind, np.unique(structure.child_of_edge)).write_parquet(folder / "signs.parquet")


def _claims(pairs: pl.DataFrame) -> pl.DataFrame:
    """Return one row a pair and source, in the form and order of ``sql/lineage/claims.sql``."""
    stated = pairs.join(pl.DataFrame({"evidence": SOURCES}), how="cross")
    return stated.select(
        "child_id",
        "parent_ref",
        "relation",
        "evidence",
        rule=pl.lit(None, pl.String),
        excerpt=pl.lit(None, pl.String),
        confidence=pl.lit(1.0),
        n_mentions=pl.lit(1, pl.Int64),
        observed_at=pl.lit(datetime.fromisoformat("2026-11-20"), pl.Datetime("us")),
    ).sort("child_id", "parent_ref", "evidence")


def _births(ids: pl.Series, created: np.ndarray) -> pl.DataFrame:
    born = pl.Series(created, dtype=pl.Int64).cast(pl.Int64) * 1_000_000
    frame = pl.DataFrame({"model_id": ids, "created_at": born.cast(pl.Datetime("us"))}).sort("model_id")
    return frame.with_row_index("model_number", offset=1)


def _signs(ids: pl.Series, kind: pl.Series, children: np.ndarray) -> pl.DataFrame:
    rows = pl.Series(children, dtype=pl.UInt32)
    own = kind.gather(rows)
    shown = {"is_adapter_library": own == "adapter", "has_gguf_sign": own == "quantized", "has_merge_tag": own == KINDS[MERGE]}
    nothing = [pl.lit(False).alias(name) for name in _SIGNS]
    return pl.DataFrame({"child_id": ids.gather(rows), **shown}).with_columns(nothing).sort("child_id")


if __name__ == "__main__":
    main(int(sys.argv[1]), int(sys.argv[2]), Path(sys.argv[3]))
