"""Anybody's table of scores: one score a row or one column a benchmark; kinds and units are stated, nothing odd passes."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import polars as pl
import pytest
from import_dumps import Rows, at

from pipelines.bulk import ImportReport
from pipelines.bulk.importing import import_file
from pipelines.bulk.observations.choosing import choose
from pipelines.bulk.observations.generic_scores import parse_score_mapping
from pipelines.bulk.observations.wish import Wish
from warehouse.errors import UsageError
from warehouse.paths import Layout


@pytest.fixture
def bring(home: Layout, tmp_path: Path) -> Any:
    """Import a table of scores by a mapping."""

    def bring(table: dict[str, list[Any]], *mapping: str, **said: Any) -> ImportReport:
        path = tmp_path / "mine.csv"
        pl.DataFrame(table).write_csv(path)
        wish = Wish(str(path), "evaluations", None, mapping, **said)
        chosen = choose(wish, mirror=tmp_path, cache=tmp_path, offline=True)
        return import_file(
            chosen.path, "evaluations", home.landing, observed_at=None, started_at=at("2026-01-01"), form=chosen.form
        )

    return bring


WIDE = {"name": ["ann/base", "bob/chat"], "b": [7.0, 13.0], "MMLU": [62.5, None], "Elo": [1100.0, 1200.0], "note": ["x", "y"]}
LONG = {
    "name": ["ann/base", "ann/base"],
    "task": ["arc", "lambada"],
    "acc": [0.5, 0.25],
    "se": [0.01, 0.02],
    "shots": [25, 0],
    "how": ["accuracy", "nll"],
}


def test_one_column_a_benchmark(bring: Any, landed: Rows) -> None:
    report = bring(WIDE, "model=name,N=b:B", "score=MMLU:percent,score=Elo,harness==mine,n_shots==5", license="MIT")
    rows = landed("evaluations")
    assert [(row["model_ref"], row["benchmark"], row["value"]) for row in rows] == [
        ("ann/base", "Elo", 1100.0),
        ("ann/base", "MMLU", 0.625),
        ("bob/chat", "Elo", 1200.0),
    ]
    assert [row["metric_kind"] for row in rows] == ["other", "accuracy", "other"]
    assert [row["is_higher_better"] for row in rows] == [None, True, None]
    assert {(row["harness"], row["n_shots"], row["source_license"]) for row in rows} == {("mine", 5, "MIT")}
    assert {row["parameter_count"] for row in rows} == {7e9, 13e9}
    assert rows[0]["extra"] == '{"note":"x"}'
    assert any("MMLU: read as percentages, as shares, metric kind accuracy" in note for note in report.notes)
    assert any("Elo: read as numbers as they stand, metric kind other" in note for note in report.notes)


def test_one_score_a_row_with_its_own_protocol(bring: Any, landed: Rows) -> None:
    bring(LONG, "model=name,benchmark=task,value=acc:share,stderr=se,n_shots=shots,metric_kind=how,metric==acc")
    first, second = landed("evaluations")
    assert (first["benchmark"], first["value"], first["stderr"], first["n_shots"]) == ("arc", 0.5, 0.01, 25)
    assert (first["metric_kind"], first["is_higher_better"], first["metric"]) == ("accuracy", True, "acc")
    assert (second["metric_kind"], second["is_higher_better"], second["harness"]) == ("nll", False, "mine")


def test_an_error_has_the_unit_of_its_score(bring: Any, landed: Rows) -> None:
    percents = {**LONG, "acc": [50.0, 25.0], "se": [1.0, 2.0]}
    bring(percents, "model=name,benchmark=task,value=acc:percent,stderr=se")
    assert [(row["value"], row["stderr"]) for row in landed("evaluations")] == [(0.5, 0.01), (0.25, 0.02)]


@pytest.mark.parametrize(
    ("words", "said"),
    [
        ("score=MMLU", "which column names the model"),
        ("model=name", "needs either value"),
        ("model=name,value=acc,score=MMLU", "needs either value"),
        ("model=name,value=acc", "which benchmark"),
        ("model=name,score=a,benchmark=b", "each column's name is its benchmark"),
        ("model=name,model=other,score=a", "gives model_ref twice"),
        ("model=name,score=a:stones", "no unit of score"),
        ("model=name,score=a,loss=b", "no field 'loss'"),
        ("model=name,score", "is no assignment"),
        ("model=name,score=a,metric_kind==good", "is no metric_kind"),
        ("model=name,score=a,N==7", "can't be the same in every row"),
    ],
)
def test_wrong_words_are_refused_with_a_hint(words: str, said: str) -> None:
    with pytest.raises(UsageError, match=said) as raised:
        parse_score_mapping([words])
    assert raised.value.hint


def test_a_missing_column_is_named(bring: Any) -> None:
    with pytest.raises(UsageError, match="lacks ARC"):
        bring(WIDE, "model=name,score=ARC:share")
