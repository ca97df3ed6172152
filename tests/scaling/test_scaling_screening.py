"""Losses that can't be true are set aside with their reason, columns that can't are emptied, and clean ones stay untouched."""

from __future__ import annotations

import math
from typing import Any

import polars as pl
import pytest

from pipelines.scaling.screening import broken_columns, screen
from pipelines.scaling.series import describe_series, in_short
from warehouse.landing.schema import KINDS


def losses(*rows: dict[str, Any]) -> pl.DataFrame:
    """Rows of landing kind losses: one series of 100M parameters in a row, tokens growing from 1e9 on."""
    filled = [
        {
            "source_name": "made-up",
            "source_file": "a.csv",
            "source_row": at,
            "series": "s",
            "eval_set": "e",
            "run_id": "r",
            "parameter_count": 1e8,
            "token_count": (at + 1) * 1e9,
            "loss": 4.0 - 0.1 * at,
            **row,
        }
        for at, row in enumerate(rows)
    ]
    return pl.DataFrame(filled, schema=dict(KINDS["losses"]))


def reasons(table: pl.DataFrame) -> list[str | None]:
    return screen(table, broken_columns(table))["reason"].to_list()


def clean(n: int = 8, **values: Any) -> list[dict[str, Any]]:
    return [{"step": 10 * at, **values} for at in range(n)]


def test_clean_losses_pass_untouched() -> None:
    table = losses(*clean())
    screened = screen(table, broken_columns(table))
    assert screened["reason"].null_count() == table.height
    assert screened["broken_columns"].list.len().sum() == 0
    assert screened["is_final"].to_list() == [False] * 7 + [True]
    assert screened.select(set(table.columns) - {"is_final"}).equals(table.select(set(table.columns) - {"is_final"}))


@pytest.mark.parametrize(
    ("row", "reason"),
    [
        ({"loss": None}, "no finite number"),
        ({"loss": math.nan}, "no finite number"),
        ({"loss": math.inf}, "no finite number"),
        ({"loss": -0.5}, "not positive"),
        ({"loss": 0.0}, "not positive"),
        ({"parameter_count": 0.0}, "parameter_count is not positive"),
        ({"parameter_count": math.nan}, "parameter_count is not positive"),
        ({"token_count": -1.0}, "token_count is negative"),
        ({"unique_token_count": -5.0}, "unique_token_count is not positive"),
        ({"step": 1000, "token_count": 1.0}, "tokens fall while steps grow"),
        ({"tokenizer": "other"}, "another tokenizer"),
    ],
)
def test_one_impossible_row_is_set_aside_and_its_neighbours_stay(row: dict[str, Any], reason: str) -> None:
    rows = clean(8, tokenizer="bpe")
    found = reasons(losses(*rows[:-1], {**rows[-1], **row}))
    assert reason in str(found[-1])
    assert found[:-1] == [None] * 7


def test_compute_of_one_row_that_is_not_6nd_costs_that_row() -> None:
    rows = [{**row, "compute_flop": 6 * 1e8 * (at + 1) * 1e9} for at, row in enumerate(clean())]
    rows[3] = {**rows[3], "compute_flop": 4 * rows[3]["compute_flop"]}
    rows[6] = {**rows[6], "compute_flop": 2 * rows[6]["compute_flop"]}
    found = reasons(losses(*rows))
    assert "not within 0.3-3 of 6ND" in str(found[3])
    assert "compute falls while tokens grow" in str(found[4]) + str(found[7])
    assert found[6] is None, "twice 6ND is not impossible"


def test_compute_wrong_in_most_rows_is_the_columns_fault_and_costs_no_row() -> None:
    table = losses(*({**row, "compute_flop": 1e22 / (at + 1)} for at, row in enumerate(clean())))
    (fault,) = broken_columns(table)
    assert (fault.column, fault.source_file) == ("compute_flop", "a.csv")
    assert "8 of 8 rows" in fault.words
    assert "1 of 1 runs" in fault.words
    screened = screen(table, [fault])
    assert screened["compute_flop"].null_count() == screened["reason"].null_count() == 8
    assert screened["broken_columns"].to_list() == [["compute_flop"]] * 8


def test_a_constant_of_unique_tokens_is_seen_through_epochs() -> None:
    rows = [{"run_id": f"r{at}", "epochs": float(2**at), "unique_token_count": 1.5e9, "token_count": 1e10} for at in range(6)]
    (fault,) = broken_columns(losses(*rows))
    assert fault.column == "unique_token_count"
    assert "1.5e+09 everywhere" in fault.words
    right = [{**row, "unique_token_count": 1e10 / row["epochs"]} for row in rows]
    assert broken_columns(losses(*right)) == []


def test_a_broken_column_of_one_file_leaves_other_files_alone() -> None:
    bad = [{**row, "compute_flop": 1e25} for row in clean(4)]
    good = [{**row, "source_file": "b.csv", "compute_flop": 6e17 * (at + 5)} for at, row in enumerate(clean(4))]
    table = losses(*bad, *good)
    screened = screen(table, broken_columns(table))
    assert screened["compute_flop"].null_count() == 4
    assert screened["reason"].null_count() == 8


def test_losses_in_bits_after_losses_in_nats_are_set_aside_and_noise_is_not() -> None:
    nats = [{"loss": value} for value in (4.0, 3.6, 3.4, 3.3)]
    bits = [{"loss": value / math.log(2)} for value in (3.2, 3.15)]
    found = reasons(losses(*nats, *bits))
    assert found[:4] == [None] * 4
    assert all("bits among nats" in str(reason) for reason in found[4:])
    assert reasons(losses(*nats, {"loss": 3.9})) == [None] * 5


def test_many_losses_too_large_condemn_the_series_and_one_alone_does_not() -> None:
    found = reasons(losses(*({"loss": value, "run_id": None} for value in (50.0, 40.0, 20.0, 10.0))))
    assert all("too large" in str(reason) for reason in found)
    few = reasons(losses({"loss": 99.0, "run_id": None}, *clean(30)))
    assert "too large" in str(few[0])
    assert few[1:] == [None] * 30


def test_a_run_belongs_to_one_series_and_evaluation_set() -> None:
    """The same run on two sets, or two runs of one name in two series, have tokens of their own."""
    one = [{**row, "eval_set": name} for name in ("x", "y") for row in clean(3)]
    table = losses(*one).with_columns(token_count=pl.Series([1e9, 2e9, 3e9] * 2))
    assert reasons(table) == [None] * 6
    assert screen(table, [])["is_final"].to_list() == [False, False, True] * 2


def test_series_are_described_by_what_is_kept() -> None:
    table = losses(*clean(3), {"loss": -1.0}, {"series": "t", "run_id": None, "parameter_count": 2.5e9})
    described = describe_series(screen(table, []))
    first, second = described.rows(named=True)
    assert (first["series"], first["n_observations"], first["n_set_aside"], first["n_runs"]) == ("s", 3, 1, 1)
    assert first["has_checkpoints"] is True
    assert (second["n_observations"], second["has_checkpoints"]) == (1, False)
    assert in_short(described)["parameters"].to_list() == ["100M to 100M", "2.5B to 2.5B"]
