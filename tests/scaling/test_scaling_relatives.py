"""Series of too few sizes borrow from the nearest sound relative, by name; series of one source are tested together."""

from __future__ import annotations

from dataclasses import replace

import polars as pl
import pytest
from planting import TRUTH, frame, grid, losses

from pipelines.scaling.asking import side_by_side
from pipelines.scaling.laws.registry import LAWS
from pipelines.scaling.relatives import MOST_POOLED, borrowed_studies, exponent_tests
from pipelines.scaling.study import Protocol, Study, study_all
from pipelines.scaling.tables import scaling_tables

LAW = LAWS["chinchilla"]
BARE = Protocol(n_replicates=0)
QUICK = Protocol(n_replicates=60)


def series(name: str, seed: int, source: str = "garden", n_sizes: int = 8, **changes: float) -> pl.DataFrame:
    columns = grid(n_sizes, 6)
    told = frame(columns, losses(LAW, columns, {**TRUTH, **changes}, 0.003, seed), series=name)
    return told.with_columns(source_name=pl.lit(source))


def small(name: str, source: str = "garden") -> pl.DataFrame:
    """Two sizes: the third and fourth of eight."""
    return series(name, 9, source).filter(pl.col("parameter_count").rank("dense").is_in([3, 4]))


def studies_of(*tables: pl.DataFrame, protocol: Protocol = BARE) -> tuple[pl.DataFrame, list[Study]]:
    whole = pl.concat(tables)
    return whole, study_all(whole, protocol)


def test_two_sizes_borrow_from_the_nearest_series_of_their_source() -> None:
    far = series("far", 2).with_columns(
        parameter_count=pl.col("parameter_count") * 100, compute_flop=pl.col("compute_flop") * 100
    )
    whole, studies = studies_of(
        series("near", 1), far, small("seedling"), series("other", 3, source="elsewhere"), protocol=QUICK
    )
    assert [each.series for each in studies if each.is_refused] == ["seedling on held-out"]
    (found,) = borrowed_studies(whole, studies)
    assert found.protocol.borrowed_from == "from garden: near on held-out"
    near = next(each for each in studies if each.group[1] == "near")
    assert near.fit is not None
    assert found.fit is not None
    assert found.fit.estimates["alpha"] == near.fit.estimates["alpha"]
    assert found.fit.estimates["beta"] == pytest.approx(TRUTH["beta"], abs=0.05)


def test_without_a_relative_the_median_series_lends_and_is_named() -> None:
    lenders = [series(name, at, alpha=0.28 + 0.03 * at) for at, name in enumerate(("aster", "birch", "cedar"))]
    whole, studies = studies_of(*lenders, small("seedling", source="elsewhere"), protocol=QUICK)
    (found,) = borrowed_studies(whole, studies)
    assert found.protocol.borrowed_from == "from garden: birch on held-out, the median of 3 families"


def test_shaky_fits_lend_nothing_and_whole_series_ask_for_nothing() -> None:
    few = series("few", 1, n_sizes=4)
    whole, studies = studies_of(few, small("seedling"))
    assert "few_sizes" in {finding.code for finding in studies[0].findings}
    assert borrowed_studies(whole, studies) == []
    whole, studies = studies_of(series("near", 1), series("next", 2))
    assert borrowed_studies(whole, studies) == []


def test_a_borrowed_fit_stands_beside_the_refusal_in_the_table() -> None:
    whole, studies = studies_of(series("near", 1), small("seedling"), protocol=QUICK)
    fits = scaling_tables([*studies, *borrowed_studies(whole, studies)])["scaling_fits"].filter(pl.col("series") == "seedling")
    assert fits["fit_id"].n_unique() == 2
    refused, borrowed = fits.sort("borrowed_from", nulls_last=False).iter_rows(named=True)
    assert refused["fit_refusal"] == "2 different sizes"
    assert borrowed["fit_refusal"] is None
    assert borrowed["alpha"] == borrowed["alpha_low95"] == borrowed["alpha_high95"]
    assert borrowed["beta_low95"] < borrowed["beta"] < borrowed["beta_high95"]


def test_series_that_share_exponents_are_told_from_those_that_do_not() -> None:
    _, same = studies_of(series("aster", 1), series("birch", 2, E=1.6, A=300.0))
    _, own = studies_of(series("aster", 1), series("birch", 2, alpha=0.25, A=90.0))
    (row,) = exponent_tests(same).iter_rows(named=True)
    assert (row["pooled_series"], row["n_freed"], row["n_fitted_losses"]) == (["aster", "birch"], 2, 96)
    assert row["alpha"] == pytest.approx(TRUTH["alpha"], abs=0.02)
    assert row["sharing_p"] > 0.01
    assert exponent_tests(own)["sharing_p"][0] < 1e-6
    assert exponent_tests(own)["sharing_aic_gain"][0] < 0


def test_sources_and_texts_are_never_pooled_and_pools_are_small() -> None:
    apart = [
        series("aster", 1),
        series("aster", 2, source="elsewhere"),
        series("birch", 3).with_columns(eval_set=pl.lit("other")),
    ]
    _, studies = studies_of(*apart)
    assert exponent_tests(studies).is_empty()
    _, many = studies_of(*(series(f"series {at}", at, n_sizes=5) for at in range(MOST_POOLED + 2)))
    assert exponent_tests(many)["n_pooled_series"].to_list() == [MOST_POOLED]


def test_laws_side_by_side_name_what_was_borrowed() -> None:
    whole, _ = studies_of(series("near", 1), series("next", 2), small("seedling"))
    table, tests = side_by_side(whole, replace(QUICK, n_replicates=0), ("chinchilla", "chinchilla_tied"))
    borrowed = table.filter(pl.col("borrowed_from").is_not_null())
    assert borrowed["series"].to_list() == ["seedling on held-out"]
    assert borrowed["borrowed_from"][0].startswith("from garden: ne")
    assert tests["pooled_series"].to_list() == [["near", "next"]]
