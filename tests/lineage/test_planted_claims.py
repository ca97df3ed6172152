"""The benchmark's fast claims are those of a planted hub, and come down to the families that were grown."""

from __future__ import annotations

from pathlib import Path

import polars as pl
import pytest

from benchmarks import planted_claims, run_lineage
from pipelines.local_hub.planted import plant


def test_fast_claims_are_those_of_the_planted_hub(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    planted_claims.main(2_000, 5, tmp_path)
    truth = plant(2_000, 5, card_share=0.0, dirty_share=None).truth
    claims = pl.read_parquet(tmp_path / "claims.parquet")
    pairs = claims.select(parent_id="parent_ref", child_id="child_id", relation="relation").unique()
    assert set(pairs.rows()) == set(truth["edges"].select("parent_id", "child_id", "relation").rows())
    assert claims.height == 3 * pairs.height
    run_lineage.main(tmp_path, tmp_path)
    families = pl.read_parquet(tmp_path / "families.parquet")
    for scope in ("all", "no_merges"):
        found, planted = families.filter(family_scope=scope), truth["families"].filter(family_scope=scope)
        assert sorted(found.select("n_models", "n_edges", "depth").rows()) == sorted(
            planted.select("n_models", "n_edges", "depth").rows()
        )
    kinds = dict(pl.read_parquet(tmp_path / "places.parquet").select("model_id", "node_kind").rows())
    grown = truth["models"].select("model_id", pl.col("kind").replace({"finetune": "finetuned"})).rows()
    assert all(kinds.get(model, kind) == kind for model, kind in grown)
    assert '"claims"' in capsys.readouterr().out
