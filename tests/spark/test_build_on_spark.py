"""A build on a cluster of two workers, one of which is killed: the bytes of every table are those of one machine."""

from __future__ import annotations

import hashlib
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import duckdb
import numpy as np
import polars as pl
import pytest

from pipelines.builder import analysis, card_texts, folder, tables
from pipelines.settings import Settings
from tests.builder.landed import NIGHT
from tests.spark.landed_hub import land_hub
from tests.spark.shapes import frames, shapes, together
from tests.spark.spark_cluster import Cluster
from warehouse.engine import Engine
from warehouse.named_sql import NamedSql
from warehouse.paths import Layout
from warehouse.rounds import Rounds, read

pytestmark = [pytest.mark.slow, pytest.mark.whole, pytest.mark.timeout(1800)]

KILLED_AT = 12
"""The file, counted from 1, during which a worker is killed."""


@pytest.fixture(scope="module")
def cluster() -> Iterator[Cluster]:
    started = Cluster()
    with pytest.MonkeyPatch.context() as patch:
        for name, value in started.environment.items():
            patch.setenv(name, value)
        try:
            started.start()
            yield started
        finally:
            end_driver()
            started.close()


def end_driver() -> None:
    from pyspark import SparkContext
    from pyspark.sql import SparkSession

    if session := SparkSession.getActiveSession() or SparkSession._instantiatedSession:
        session.stop()
    if gateway := SparkContext._gateway:
        gateway.shutdown()
        gateway.proc.kill()
        SparkContext._gateway = SparkContext._jvm = None


def build(home: Layout, name: str, **environment: str) -> Path:
    """Build what SQL has a part in, so all but scaling laws; return the build's folder."""
    settings = Settings.from_environment({"HUBTREE_HOME": str(home.home), "HUBTREE_THREADS": "1", **environment})
    begun = folder.begin(home, name, started_at=NIGHT, as_of=None)
    tables.stage(begun, settings)
    card_texts.parse_card_texts(begun, settings)
    tables.describe_descent(begun, settings)
    for measure in analysis._MEASUREMENTS:
        if measure is not analysis._similarity:  # its only file is run for the cards, too
            measure(begun, settings)
    tables.write_the_rest(begun, settings)
    return begun.path


def checksums(path: Path) -> dict[str, str]:
    found = {str(file.relative_to(path)): file for file in path.rglob("*.parquet")}
    return {name: hashlib.sha256(file.read_bytes()).hexdigest() for name, file in sorted(found.items())}


def killed_while_running(cluster: Cluster, seen: list[int]) -> threading.Thread:
    """Kill a worker as soon as a stage runs; note the stages that ran then."""
    from pyspark.sql import SparkSession

    tracker = SparkSession._instantiatedSession.sparkContext.statusTracker()

    def wait_and_kill() -> None:
        deadline = time.monotonic() + 60
        while not (active := tracker.getActiveStageIds()) and time.monotonic() < deadline:
            time.sleep(0.001)
        cluster.kill_worker()
        seen.extend(active)

    thread = threading.Thread(target=wait_and_kill)
    thread.start()
    return thread


def test_a_build_on_a_cluster_that_loses_a_worker_has_the_bytes_of_one_machine(
    cluster: Cluster, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from warehouse.spark import elsewhere

    home = Layout(tmp_path / "a home+%41 of ä")
    home.home.mkdir()
    land_hub(home, 200)
    ran: list[tuple[str, str]] = []
    doubted: list[tuple[str, str]] = []
    running: list[int] = []
    threads: list[threading.Thread] = []
    write = elsewhere.SparkSql.write

    def counted(self: elsewhere.SparkSql, layer: str, name: str, path: Path) -> Path:
        ran.append((layer, name))
        if len(ran) == KILLED_AT:
            threads.append(killed_while_running(cluster, running))
        try:
            return write(self, layer, name, path)
        except elsewhere.DoubtfulValue:
            doubted.append((layer, name))
            raise

    monkeypatch.setattr(elsewhere.SparkSql, "write", counted)
    on_spark = build(home, "build-spark", HUBTREE_ENGINE="spark", HUBTREE_SPARK=cluster.master)
    threads[0].join(60)
    monkeypatch.undo()
    expected, found = checksums(build(home, "build-local")), checksums(on_spark)
    assert found == expected
    assert running, "no stage was running when the worker was killed"
    assert set(ran) == {file for file in elsewhere.run_on_spark() if file[0] != "rounds"}
    assert doubted == []
    assert pl.read_parquet(on_spark / "main" / "models.parquet").height > 200
    assert len(found) > 50


def of_components(engine: NamedSql, place: Path, inputs: Path) -> tuple[pl.DataFrame, int]:
    path, n_rounds = Rounds(engine, place).components(inputs / "vertices.parquet", inputs / "links.parquet")
    return read(path), n_rounds


def test_components_and_descent_in_rounds_are_those_of_duckdb(cluster: Cluster, tmp_path: Path) -> None:
    from warehouse.spark.engine import SparkSql

    vertices, links = frames(together(shapes(bits=4)), ("tail", "tip"))
    dice = np.random.default_rng(3)
    older, younger = np.sort(dice.integers(0, 60, (2, 80)), axis=0)
    is_descent = older < younger
    descents = pl.DataFrame({"parent": older[is_descent], "child": younger[is_descent]})
    for name, frame in (("vertices", vertices), ("links", links), ("descents", descents)):
        frame.write_parquet(tmp_path / f"{name}.parquet")
    with Engine(tmp_path / "scratch", threads=1, memory_limit="1GB") as duck:
        expected, n_rounds = of_components(duck, tmp_path / "duck", tmp_path)
        descended = read(Rounds(duck, tmp_path / "d").descent(tmp_path / "vertices.parquet", tmp_path / "descents.parquet"))
    spark = SparkSql(cluster.master)
    found, n_rounds_on_spark = of_components(spark, tmp_path / "spark", tmp_path)
    assert digest(found) == digest(expected)
    assert n_rounds_on_spark == n_rounds >= 4
    assert expected["component"].n_unique() > 16
    of_spark = Rounds(spark, tmp_path / "s").descent(tmp_path / "vertices.parquet", tmp_path / "descents.parquet")
    assert digest(read(of_spark)) == digest(descended)
    assert descended["depth"].max() > 3


def digest(rows: pl.DataFrame) -> str:
    """The checksum of an ordered export."""
    return hashlib.sha256(rows.write_csv().encode()).hexdigest()


INSTANTS = [
    "2024-01-05T10:11:12.345Z", "2024-01-05", "2024-01-05T10:11:12+02:00", "2024-01-05 10:11:12",
    "2024-01-05T10:11:12.1234567Z", "2024-1-5", "2024/01/05", "2024-01-05T10:11", "2024-01-05T10", "2024", "2024-01",
    " 2024-01-05 ", "infinity", "-infinity", "epoch", "now", "today", "2024-13-01", "2024-02-30", "2024-01-05T24:00:00",
    "2024-01-05T23:59:60", "10000-01-01", "0001-01-01", "-0001-01-01", "2024-01-05T10:11:12 UTC",
    "2024-01-05T10:11:12 Europe/Berlin", "2024-01-05T10:11:12+0200", "2024-01-05T10:11:12-05", "", "x", "20240105",
    "1704448272", "2024-01-05T10:11:12.Z", "2024-01-05T10:11:12.5", "2024-01-05  10:11:12", "2024-01-05T1:2:3",
    "2024-01-05Z", "T10:11:12", "10:11:12", "2024-01-05 (BC)", "2024-01-05\n", "2024-01-05T10:11:12+25:00",
    "2024-01-05T10:11Z", "24-01-05", "2024-01-05T10:11:12GMT+2", "2024-01-05T10:11:12 Z", "02024-01-05",
]  # fmt: skip
DOUBTED = "1900-01-01 00:00:00"


def test_an_instant_or_a_letter_is_read_as_duckdb_reads_it_or_doubted(cluster: Cluster, tmp_path: Path) -> None:
    from warehouse.spark.dialect import DOUBT, translated
    from warehouse.spark.engine import SparkSql

    letters = [chr(code) for code in range(1, 0x110000) if not 0xD800 <= code <= 0xDFFF]
    pl.DataFrame({"text": INSTANTS}).write_parquet(tmp_path / "instants.parquet")
    pl.DataFrame({"text": letters}).write_parquet(tmp_path / "letters.parquet")
    spark, duck = SparkSql(cluster.master), duckdb.connect()
    for name in ("instants", "letters"):
        spark.see_parquet(name, tmp_path / f"{name}.parquet")
        duck.read_parquet(str(tmp_path / f"{name}.parquet")).create_view(name)

    def asked(question: str, doubted: str) -> tuple[dict[str, object], dict[str, object]]:
        """Both answers by text; where Spark would raise, it answers ``doubted`` here."""
        said = translated(question).replace(f"RAISE_ERROR('{DOUBT}')", doubted)
        place = f"{tmp_path}/answers-{doubted[:3].strip(chr(39))}"
        spark._session.sql(said).write.parquet(place)
        return dict(duck.sql(question).fetchall()), dict(duck.sql(f"from '{place}/*.parquet'").fetchall())

    ours, theirs = asked(
        "select text, try_cast(text as timestamp)::varchar as told from instants", f"TIMESTAMP_NTZ '{DOUBTED}'"
    )
    assert {text: told for text, told in theirs.items() if told not in (ours[text], DOUBTED)} == {}
    assert [text for text in INSTANTS[:6] if theirs[text] == DOUBTED] == []
    assert theirs["epoch"] == DOUBTED
    ours, theirs = asked("select text, lower(text) || '|' || trim(text || 'a' || text) as told from letters", "'doubted'")
    told_otherwise = {text for text, told in theirs.items() if told != ours[text]}
    assert all(str(theirs[text]).startswith("doubted") for text in told_otherwise)
    assert 50 < len(told_otherwise) < 200
