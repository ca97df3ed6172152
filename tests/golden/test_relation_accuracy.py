"""Inferred relations against the Hub's own: the three sets of ``python -m benchmarks.relation_accuracy``."""

from __future__ import annotations

from pathlib import Path

import polars as pl
import pytest

from benchmarks.relation_accuracy import by_name, by_record, listed_children, score, typed_tags

pytestmark = [pytest.mark.real]


@pytest.fixture(scope="module")
def data(real_data: Path) -> Path:
    for name in ("families_2025-04.parquet", "listing_2024-07.parquet"):
        if not (real_data / "hub" / name).is_file():
            pytest.skip(f"{real_data / 'hub' / name} is not here")
    return real_data


@pytest.fixture(scope="module")
def children(data: Path) -> pl.DataFrame:
    return listed_children(data)


def test_on_typed_tags_at_least_97_of_100_are_inferred_as_declared(data: Path) -> None:
    found = score(typed_tags(data))
    assert found["n_models"] == 970
    assert found["accuracy"]["share"] >= 0.97


def test_children_that_the_hub_lists_by_relation_are_told_apart_by_their_records(data: Path, children: pl.DataFrame) -> None:
    found = score(by_record(data, children))
    assert found["n_models"] > 2_000
    assert found["accuracy"]["share"] >= 0.99
    for relation, least in {"finetune": 0.98, "adapter": 0.99, "quantized": 0.9, "merge": 1.0}.items():
        measured = found["relations"][relation]
        assert measured["n_labelled"] > 0
        assert min(measured["precision"]["share"], measured["recall"]["share"]) >= least, relation


def test_a_name_alone_tells_most_quantizations_and_few_adapters(children: pl.DataFrame) -> None:
    found = score(by_name(children))["relations"]
    assert min(found["quantized"]["recall"]["share"], found["quantized"]["precision"]["share"]) >= 0.85
    assert found["adapter"]["precision"]["share"] >= 0.85
    assert found["adapter"]["recall"]["share"] < 0.5
