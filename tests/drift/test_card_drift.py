"""Card drift: against sums by hand, against planted changes over many seeds, and on hubs where nothing changes."""

from __future__ import annotations

import numpy as np
import polars as pl
import pytest

from pipelines.cards import read_card
from pipelines.drift.card_drift import SCHEMA, card_drift
from pipelines.local_hub.planted import plant
from pipelines.local_hub.planted.parameters import DriftRates

EDGE = {"parent_id": pl.String(), "child_id": pl.String(), "relation": pl.String(), "family_id": pl.String()}


def edges(*rows: tuple[str, str, str, str | None]) -> pl.DataFrame:
    return pl.DataFrame(rows, schema=EDGE, orient="row")


def measured(**values: float | None) -> pl.DataFrame:
    return pl.DataFrame({"model_id": list(values), "n_chars": list(values.values())}, schema_overrides={"n_chars": pl.Float64})


def row(found: pl.DataFrame, scope: str, measure: str) -> dict[str, float]:
    return found.row(by_predicate=(pl.col("relation_scope") == scope) & (pl.col("card_measure") == measure), named=True)


def test_means_medians_and_scopes_by_hand() -> None:
    pairs = edges(("a", "b", "finetune", "a"), ("a", "c", "adapter", "a"), ("b", "d", "merge", "a"), ("c", "d", "merge", "a"))
    found = card_drift(pairs, measured(a=100, b=40, c=None, d=10))
    assert found.select("relation_scope", "n_pairs").rows() == [("all", 2), ("finetune", 1), ("merge", 1), ("no_merges", 1)]
    everything = row(found, "all", "n_chars")
    assert (everything["parent_mean"], everything["child_mean"], everything["mean_change"]) == (70, 25, -45)
    assert (everything["parent_median"], everything["child_median"], everything["n_clusters"]) == (70, 25, 1)
    assert everything["mean_change_low95"] is None


def test_no_edges_and_no_cards_give_no_rows() -> None:
    assert dict(card_drift(edges(), measured(a=1)).schema) == SCHEMA
    assert card_drift(edges(("a", "b", "finetune", None)), measured(a=None, b=2)).is_empty()


def hub(rng: np.random.Generator, change: float) -> tuple[pl.DataFrame, pl.DataFrame]:
    """Sixty families of very different size whose cards change by ``change`` on average, and each family by its own."""
    rows: list[tuple[str, str, str, str]] = []
    lengths: dict[str, float] = {}
    for family in range(60):
        root, own = f"r{family}", change + rng.normal(0, 100)
        lengths[root] = 1_000 + rng.normal(0, 50)
        for child in range(rng.integers(2, 12)):
            rows.append((root, f"{root}c{child}", "finetune", root))
            lengths[f"{root}c{child}"] = lengths[root] + own + rng.normal(0, 80)
    return edges(*rows), measured(**lengths)


def test_planted_changes_lie_in_their_interval_and_none_is_seen_where_none_is() -> None:
    """200 hubs each of sixty families, few enough for plain percentile points to be too narrow."""
    covered = {}
    for change in (-300.0, 0.0):
        inside = 0
        for seed in range(200):
            told = row(card_drift(*hub(np.random.default_rng((seed, 7)), change)), "finetune", "n_chars")
            inside += told["mean_change_low95"] <= change <= told["mean_change_high95"]
        covered[change] = inside / 200
    assert all(0.92 <= share <= 0.98 for share in covered.values()), covered


def test_planted_hubs_show_templates_spread_and_cards_shrink_where_they_were_planted_to() -> None:
    planted = plant(4_000, seed=3, drift=DriftRates(card_shrinkage=0.5), dirty_share=0.0)
    cards = planted.truth["cards"].join(planted.cards, on="model_id")
    rows = []
    for model_id, content in cards.select("model_id", "content").iter_rows():
        card = read_card(content)
        rows.append((model_id, float(card.body.is_template), None if card.body.generators else float(card.facts.n_body_chars)))
    values = pl.DataFrame(
        rows, schema={"model_id": pl.String(), "is_template": pl.Float64(), "hand": pl.Float64()}, orient="row"
    )
    grown = planted.truth["edges"].filter(pl.col("origin") == "grown").with_columns(family_id="parent_id")
    found = card_drift(grown.filter(pl.col("relation").is_not_null()), values)
    truth = planted.truth["card_drift"].row(0, named=True)
    templates = row(found, "all", "is_template")
    assert truth["template_share_of_children"] > truth["template_share_of_roots"]
    assert templates["mean_change_low95"] > 0
    lengths = row(found, "finetune", "hand")
    assert lengths["mean_change_high95"] < 0
    assert lengths["child_median"] / lengths["parent_median"] == pytest.approx(truth["card_shrinkage"], abs=0.25)
