"""What a step costs on Spark: ``python -m benchmarks.on_spark --models 200000``.

The same text of ``sql/``, over the same rows, by DuckDB and by Spark (``--master``), in one run: the newest observation of
every model of two nights (``stage/latest``), and the components of an invented family graph in rounds (``sql/rounds``). Rows a
second of wall time, so read the ratio, and only on a machine at rest.
"""

from __future__ import annotations

import argparse
import sys
import time
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np
import polars as pl

from warehouse.engine import Engine
from warehouse.named_sql import NamedSql
from warehouse.rounds import Rounds, read
from warehouse.spark.engine import SparkSql

_MERGE_SHARE = 0.03


def main(arguments: list[str]) -> int:
    """Print rows a second of both engines; return 1 if their rows differ."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.on_spark")
    parser.add_argument("--models", type=int, nargs="+", default=[200_000])
    parser.add_argument("--master", default="local[*]")
    asked = parser.parse_args(arguments)
    spark = SparkSql(asked.master)
    is_same = True
    for n_models in asked.models:
        with TemporaryDirectory(prefix="hubtree-on-spark-") as folder:
            place = Path(folder)
            _plant(n_models, place)
            with Engine(place / "scratch", threads=2, memory_limit="4GB") as duck:
                engines: dict[str, NamedSql] = {"duckdb": duck, "spark": spark}
                for what, run in (("latest", _latest), ("components", _components)):
                    took, found = {}, []
                    for name, engine in engines.items():
                        began = time.perf_counter()
                        path = run(engine, place, place / f"{what}-{name}")
                        took[name] = time.perf_counter() - began
                        found.append(read(path))
                    is_same &= found[0].equals(found[1].cast(dict(found[0].schema)))
                    rates = ", ".join(f"{name} {n_models / seconds:,.0f} rows a second" for name, seconds in took.items())
                    print(
                        f"{what} of {n_models:,} models: {rates}; {took['spark'] / took['duckdb']:.1f} times as long on Spark"
                    )
    return 0 if is_same else 1


def _plant(n_models: int, place: Path) -> None:
    """Write observations of two nights, and a graph of families in which few models have several parents."""
    dice = np.random.default_rng(1)
    number = np.arange(n_models, dtype=np.int64)
    nights = [
        pl.DataFrame({"file_rank": night, "row_number": number}).with_columns(
            landing_kind=pl.lit("listing"), landing_file=pl.lit(f"night-{night}"), kind_rank=pl.lit(0, pl.Int32),
            model_id=pl.format("owner-{}/model-{}", pl.col("row_number") % 997, "row_number"),
            created_at=pl.lit("2024-01-01T00:00:00.000Z"), is_unusable=pl.lit(False),
            entity_id=pl.format("{}", "row_number"), file_rank=pl.lit(night, pl.Int64),
            observed_at=pl.datetime(2026, 11, 1 + night),
        )
        for night in range(2)
    ]  # fmt: skip
    pl.concat(nights).write_parquet(place / "observations.parquet")
    children = number[dice.random(n_models) < 0.75]
    children = np.concatenate([children, dice.choice(children, int(_MERGE_SHARE * n_models))])
    parents = (children * dice.random(len(children)) ** 3).astype(np.int64)
    names = dice.permutation(n_models)
    pl.DataFrame({"vertex": number}).write_parquet(place / "vertices.parquet")
    pl.DataFrame({"tail": names[parents], "tip": names[children]}).write_parquet(place / "links.parquet")


def _latest(engine: NamedSql, place: Path, target: Path) -> Path:
    engine.see_parquet("observations", place / "observations.parquet")
    return engine.write("stage", "latest", target)


def _components(engine: NamedSql, place: Path, target: Path) -> Path:
    return Rounds(engine, target).components(place / "vertices.parquet", place / "links.parquet")[0]


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
