"""Every file of ``sql/`` is either run on Spark or left out with a reason, and what is run can be said in Spark's words."""

from __future__ import annotations

from pathlib import Path

import pytest

from pipelines import sharing
from pipelines.settings import Settings
from warehouse.errors import UsageError
from warehouse.spark import session
from warehouse.spark.files import LAYERS_LEFT_OUT, LEFT_OUT, run_on_spark
from warehouse.sqlfiles import load, root

pytest.importorskip("sqlglot", reason="the extra spark is not installed")

FILES = {(path.parent.name, path.stem) for path in root().glob("*/*.sql")}


def test_every_file_is_run_or_left_out_with_a_reason_and_none_is_both() -> None:
    by_layer = {file for file in FILES if file[0] in LAYERS_LEFT_OUT}
    classed = [*run_on_spark(), *LEFT_OUT, *by_layer]
    assert sorted(classed) == sorted(FILES)
    assert all({**LAYERS_LEFT_OUT, **LEFT_OUT}.values())


@pytest.mark.parametrize("file", sorted(run_on_spark()))
def test_a_file_that_is_run_takes_no_parameters_and_has_a_translation(file: tuple[str, str]) -> None:
    from warehouse.spark.dialect import translated

    text = load(*file).text
    assert "$" not in text.replace("$'", "")
    assert translated(text).startswith(("SELECT", "WITH"))


def test_what_spark_reads_differently_is_told_apart_in_the_translation() -> None:
    from warehouse.spark.dialect import DOUBT, translated

    said = translated(
        "with a as materialized (select lower(trim(x)) as y, try_cast(x as timestamp) as z from t) select y, z from a"
    )
    assert said.count(DOUBT) == 2
    assert "MATERIALIZED" not in said
    assert "\u00a0" in said
    assert DOUBT not in translated("select upper(x) as y from t")


def test_without_java_or_with_another_engine_it_is_said(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    pytest.importorskip("pyspark", reason="the extra spark is not installed")
    monkeypatch.setenv("JAVA_HOME", str(tmp_path))
    with pytest.raises(UsageError, match="Java 17"):
        session.session_of("local[1]")
    spark = Settings.from_environment({"HUBTREE_HOME": str(tmp_path), "HUBTREE_ENGINE": "spark"})
    assert spark.spark == "local[*]"
    assert sharing.put(spark) == sharing.take(spark) == {}


def test_of_an_error_out_of_java_its_own_words_are_told() -> None:
    raised = ValueError(
        "An error occurred while calling None.SparkSession.\n: java.lang.IllegalStateException: stopped\n\tat org.x"
    )
    assert session.first_line(raised) == "java.lang.IllegalStateException: stopped"
    assert session.first_line(ValueError("[CODE] a query\nits text")) == "[CODE] a query"
    assert session.first_line(ValueError()) == "ValueError"
