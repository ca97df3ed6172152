"""Anybody's table: which column is what, in which unit; every conversion is stated, nothing odd passes in silence."""

from __future__ import annotations

import math
from pathlib import Path
from typing import Any

import measured_files as files
import polars as pl
import pytest
from import_dumps import Rows, at

from pipelines.bulk import ImportReport
from pipelines.bulk.importing import import_file
from pipelines.bulk.observations.choosing import choose
from pipelines.bulk.observations.generic import parse_mapping
from pipelines.bulk.observations.wish import Wish
from warehouse.errors import UsageError
from warehouse.landing.files import landing_files
from warehouse.paths import Layout


@pytest.fixture
def bring(home: Layout, tmp_path: Path) -> Any:
    """Import a table by a mapping."""

    def bring(path: Path, *mapping: str, **said: Any) -> ImportReport:
        wish = Wish(str(path), "losses", None, mapping, **said)
        chosen = choose(wish, mirror=tmp_path, cache=tmp_path, offline=True)
        return import_file(chosen.path, "losses", home.landing, observed_at=None, started_at=at("2026-01-01"), form=chosen.form)

    return bring


TABLE = {"size_m": [125.0, 350.0], "tokens_b": [2.0, 7.0], "final": [5.0, 4.0], "who": ["a", "b"], "lr": [1e-3, 2e-3]}


@pytest.mark.parametrize("ending", ["csv", "tsv", "jsonl", "json", "parquet"])
def test_a_table_in_any_format_lands_the_same_rows(bring: Any, landed: Rows, tmp_path: Path, ending: str) -> None:
    path = tmp_path / f"mine.{ending}"
    table = pl.DataFrame(TABLE)
    match ending:
        case "csv":
            table.write_csv(path)
        case "tsv":
            table.write_csv(path, separator="\t")
        case "jsonl":
            table.write_ndjson(path)
        case "json":
            files.write_json(path, table.to_dicts())
        case _:
            table.write_parquet(path)
    report = bring(path, "loss=final:bits,N=size_m:M", "D=tokens_b:B,run=who,series==mine,tokenizer==bpe", citation="me")
    rows = landed("losses")
    assert [row["loss"] for row in rows] == pytest.approx([5 * math.log(2), 4 * math.log(2)])
    assert [row["published_loss"] for row in rows] == [5.0, 4.0]
    assert [row["parameter_count"] for row in rows] == [1.25e8, 3.5e8]
    assert [row["token_count"] for row in rows] == [2e9, 7e9]
    assert {row["series"] for row in rows} == {"mine"}
    assert rows[0]["source_name"] == "mine"
    assert rows[0]["source_citation"] == "me"
    assert "lr" in rows[0]["extra"]
    assert "loss: final read as bits per token, times ln 2 = 0.693147" in report.notes
    assert "parameter_count: size_m times 1e+06" in report.notes


@pytest.mark.parametrize(
    ("unit", "nats"),
    [
        ("nats", 8.0),
        ("bits", 8 * math.log(2)),
        ("log10", 8 * math.log(10)),
        ("perplexity", 3 * math.log(2)),
        ("bits_per_byte", 8 * math.log(2)),
    ],
)
def test_each_unit_becomes_nats(bring: Any, landed: Rows, tmp_path: Path, unit: str, nats: float) -> None:
    bring(files.csv(tmp_path / "one.csv", {"value": [8.0]}), f"L=value:{unit}")
    (row,) = landed("losses")
    assert row["loss"] == pytest.approx(nats)
    assert (row["tokenizer"] == "bytes") == unit.endswith("_per_byte")


def test_a_column_of_units_converts_row_by_row_and_keeps_the_base(bring: Any, landed: Rows, tmp_path: Path) -> None:
    path = files.csv(tmp_path / "mixed.csv", {"value": [2.0, 2.0, 2.0], "unit": ["bits", "nats", "furlongs"]})
    bring(path, "L=value,unit=unit")
    assert [row["log_base"] for row in landed("losses")] == ["2", "e", None]
    assert [row["loss"] for row in landed("losses")] == [pytest.approx(2 * math.log(2)), 2.0, None]


def test_an_unsaid_unit_is_said(bring: Any, tmp_path: Path) -> None:
    report = bring(files.csv(tmp_path / "plain.csv", {"value": [2.0]}), "L=value")
    assert any("taken for nats" in note for note in report.notes)


def test_bad_rows_are_counted_at_once_and_their_text_is_kept(bring: Any, landed: Rows, tmp_path: Path) -> None:
    table = {"value": ["2.5", "-1", "NaN", "inf", "many", "70000"] + ["2.0"] * 200, "N": ["1e9"] * 206}
    report = bring(files.csv(tmp_path / "bad.csv", table), "L=value,N=N")
    told = " ".join(report.notes)
    assert "3 of 206 rows will be set aside: loss is no finite number" in told
    assert "1 of 206 rows will be set aside: loss is not positive" in told
    assert "1 of 206 rows will be set aside: loss is too large for nats" in told
    assert landed("losses")[4]["misfits"] == '{"value":"many"}'


@pytest.mark.parametrize("separator", [";", "|", "\t"])
def test_a_spreadsheet_with_another_separator_is_read_by_its_header(
    bring: Any, landed: Rows, tmp_path: Path, separator: str
) -> None:
    path = tmp_path / "sheet.csv"
    lines = [("Size (M)", '"tokens, in all"', "loss"), ("125", "2e9", "2.5"), ("350", "7e9", "2.25")]
    path.write_text("\ufeff" + "\n".join(separator.join(line) for line in lines), encoding="utf-8")
    bring(path, "N=Size (M):M,loss=loss")
    assert [(row["parameter_count"], row["published_loss"]) for row in landed("losses")] == [(1.25e8, 2.5), (3.5e8, 2.25)]


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        ("70,000,000", 7e7), ("70_000_000", 7e7), ("70 000 000", 7e7), ("1_400", 1400), ("2.8B", 2.8e9), ("7e7", 7e7),
        ("70,000", None), ("7,00,000", None), ("1,4", None), ("70.000.000", None),
    ],
)  # fmt: skip
def test_sizes_are_read_as_written_where_one_reading_alone_is_possible(
    bring: Any, landed: Rows, tmp_path: Path, written: str, meant: float | None
) -> None:
    report = bring(files.csv(tmp_path / "sizes.csv", {"value": ["2.5"], "size": [written]}), "L=value,N=size")
    (row,) = landed("losses")
    assert row["parameter_count"] == meant
    is_told = any("1 of 1 rows hold a text where a number belongs" in note and written in note for note in report.notes)
    assert is_told == (meant is None)


def test_perplexities_taken_for_nats_condemn_their_series(bring: Any, tmp_path: Path) -> None:
    report = bring(files.csv(tmp_path / "ppl.csv", {"value": [80.0, 40.0, 20.0, 12.0]}), "L=value")
    assert any("2 of 4 rows" in note and "its series" in note for note in report.notes)


def test_bits_among_nats_in_a_run_are_seen(bring: Any, tmp_path: Path) -> None:
    losses = [4.0, 3.5, 3.2, 3.0 / math.log(2), 2.9 / math.log(2)]
    table = {"value": losses, "D": [1e9, 2e9, 3e9, 4e9, 5e9], "run": ["a"] * 5}
    report = bring(files.csv(tmp_path / "bits.csv", table), "L=value,D=D,run=run")
    assert any("bits among nats" in note for note in report.notes)


@pytest.mark.parametrize(
    ("mapping", "message"),
    [
        (("N=params",), "does not say which column is the loss"),
        (("loss=x,loss=y",), "gives loss twice"),
        (("loss",), "no assignment"),
        (("loss=",), "no assignment"),
        (("loss=x,speed=y",), "no field 'speed'"),
        (("loss=x:furlongs",), "no unit of loss"),
        (("loss=x,N=n:bits",), "no unit of parameter_count"),
        (("loss==2",), "only texts"),
        (("loss=x,parameter_definition==some",), "no parameter_definition"),
    ],
)
def test_a_mapping_that_cannot_be_meant_is_refused(mapping: tuple[str, ...], message: str) -> None:
    with pytest.raises(UsageError, match=message):
        parse_mapping(mapping)


def test_a_missing_column_names_those_there_are(bring: Any, tmp_path: Path) -> None:
    path = files.csv(tmp_path / "mine.csv", TABLE)
    with pytest.raises(UsageError, match=r"lacks losses; found columns: size_m, tokens_b"):
        bring(path, "L=losses")
    with pytest.raises(UsageError, match="does not go with"):
        choose(Wish(str(path), "losses", "chinchilla", ("L=final",)), mirror=tmp_path, cache=tmp_path, offline=True)


def test_a_million_rows_land_whole(bring: Any, home: Layout, tmp_path: Path) -> None:
    n = 1_000_000
    path = tmp_path / "million.csv"
    rows = pl.int_range(n, eager=True)
    pl.DataFrame({"L": 2 + 1 / (rows + 2), "N": rows % 7 * 10**8 + 10**8, "D": rows * 10**6 + 10**9}).write_csv(path)
    report = bring(path, "L=L,N=N,D=D")
    landed = pl.scan_parquet([file.path for file in landing_files(home.landing, "losses")])
    assert report.n_rows == n == landed.select(pl.len()).collect().item()
    assert landed.select(pl.col("source_row").n_unique()).collect().item() == n
