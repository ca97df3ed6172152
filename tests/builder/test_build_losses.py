"""Losses through a build: published once, joined to the hub, set aside with a reason, and all of them accounted for."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import polars as pl
import pytest
from landed import built, land_records, record, row, settings_of

from pipelines import steps
from pipelines.builder.losses import OBSERVATION_COLUMNS, read_observations
from pipelines.bulk.observations.wish import Wish
from warehouse.errors import NotFound
from warehouse.paths import Layout

MAPPING = "L=loss,N=n,D=d,C=c,run=run,model=model"


def bring(home: Layout, folder: Path, table: dict[str, list[Any]], *, name: str = "mine", mapping: str = MAPPING) -> None:
    path = folder / f"{name}.csv"
    pl.DataFrame(table).write_csv(path)
    steps.import_observations(settings_of(home), Wish(str(path), "losses", None, (mapping,)), observed_at=None)


def table(n: int = 4, **columns: list[Any]) -> dict[str, list[Any]]:
    tokens = [1e9 * (at + 1) for at in range(n)]
    return {
        "loss": [4.0 - 0.25 * at for at in range(n)],
        "n": [1e8] * n,
        "d": tokens,
        "c": [6e8 * tokens_seen for tokens_seen in tokens],
        "run": ["a"] * n,
        "model": ["ANN/Base"] * n,
        **columns,
    }


def test_losses_are_published_with_the_model_that_bears_their_name(home: Layout, tmp_path: Path) -> None:
    land_records(home, record("ann/base"), record("bob/other"))
    bring(home, tmp_path, table(loss=[4.0, 3.75, -1.0, 3.25]))
    tables = built(home)
    losses, quarantine = tables["losses"], tables["quarantine"]
    assert losses["loss"].to_list() == [4.0, 3.75, 3.25]
    assert set(losses["model_id"]) == {"ann/base"}
    assert losses["is_final"].to_list() == [False, False, True]
    aside = row(quarantine, landing_kind="losses")
    assert (aside["scope"], aside["reason"]) == ("record", "loss is not positive")
    assert json.loads(aside["excerpt"])["loss"] == "-1.0"
    went = row(tables["conservation"], landing_kind="losses")
    assert (went["n_landed"], went["n_kept"], went["n_superseded"], went["n_quarantined"]) == (4, 3, 0, 1)


def test_a_file_that_is_imported_again_replaces_its_earlier_import(home: Layout, tmp_path: Path) -> None:
    land_records(home, record("ann/base"))
    bring(home, tmp_path, table(4))
    bring(home, tmp_path, table(2, loss=[3.0, 2.5]))
    bring(home, tmp_path, table(3), name="other")
    tables = built(home)
    assert tables["losses"].filter(source_name="mine")["loss"].to_list() == [3.0, 2.5]
    went = row(tables["conservation"], landing_kind="losses")
    assert (went["n_landed"], went["n_kept"], went["n_superseded"]) == (9, 5, 4)


def test_a_correction_with_another_unit_wins_the_same_day(home: Layout, tmp_path: Path) -> None:
    land_records(home, record("ann/base"))
    bring(home, tmp_path, table())
    bring(home, tmp_path, table(), mapping=MAPPING.replace("loss", "loss:bits"))
    assert set(built(home)["losses"]["log_base"]) == {"2"}


def test_a_broken_column_is_published_empty_and_told_once_a_file(home: Layout, tmp_path: Path) -> None:
    land_records(home, record("ann/base"))
    bring(home, tmp_path, table(c=[9e22, 8e22, 7e22, 6e22]))
    tables = built(home)
    assert tables["losses"]["compute_flop"].null_count() == 4
    assert tables["losses"]["broken_columns"].to_list() == [["compute_flop"]] * 4
    told = row(tables["quarantine"], landing_kind="losses")
    assert (told["scope"], told["field"]) == ("field", "compute_flop")
    assert "4 of 4 rows" in told["excerpt"]


def test_a_fit_reads_the_same_observations_before_any_build(home: Layout, tmp_path: Path) -> None:
    bring(home, tmp_path, table(loss=[4.0, 3.75, -1.0, 3.25]))
    observations = read_observations(settings_of(home))
    assert observations.columns == list(OBSERVATION_COLUMNS)
    land_records(home, record("ann/base"))
    published = built(home)["losses"].rename({"model_width": "width", "model_depth": "depth"})
    assert observations.equals(published.select(OBSERVATION_COLUMNS))


def test_series_of_nothing_say_what_to_import(home: Layout, tmp_path: Path) -> None:
    with pytest.raises(NotFound, match="no losses are known"):
        steps.loss_series(settings_of(home))
    bring(home, tmp_path, table())
    assert steps.loss_series(settings_of(home))["n_observations"].to_list() == [4]


def test_a_build_with_losses_has_the_same_bytes_with_one_thread_and_two(home: Layout, tmp_path: Path) -> None:
    land_records(home, record("ann/base"))
    bring(home, tmp_path, table(40))
    bring(home, tmp_path, table(30), name="second")
    built(home, "one", threads=1)
    built(home, "two", threads=2)
    one, two = (home.build_dir(name) / "main" / "losses.parquet" for name in ("one", "two"))
    assert one.read_bytes() == two.read_bytes()
