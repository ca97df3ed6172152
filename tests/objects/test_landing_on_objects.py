"""Several machines share one landing zone through an S3 stand-in: put once, compared when taken, the same tables as on one."""

from __future__ import annotations

import os
import random
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import replace
from datetime import date, datetime
from pathlib import Path
from typing import Any

import orjson
import pytest

from pipelines import sharing
from pipelines.bulk.importing import import_file
from pipelines.settings import Settings
from tests.builder.landed import built, record
from warehouse.errors import CorruptFile, StorageUnavailable, UsageError
from warehouse.landing.files import landing_files, verify
from warehouse.landing.folding import compact
from warehouse.landing.rows import scan_rows
from warehouse.landing.schema import KINDS
from warehouse.objects import exchange

pytest.importorskip("s3fs", reason="the extra objects is not installed")
moto_server = pytest.importorskip("moto.server", reason="moto, the stand-in for S3, is not installed")
pytest.importorskip("flask_cors", reason="moto's server needs flask-cors")

ROOT = Path(__file__).parents[2]
N_DUMPS, N_WORKERS, N_KILLS = 6, 3, 6


@pytest.fixture(scope="module")
def endpoint() -> Iterator[str]:
    server = moto_server.ThreadedMotoServer(ip_address="127.0.0.1", port=0, verbose=False)
    server.start()
    host, port = server.get_host_and_port()
    yield f"http://{host}:{port}"
    server.stop()


@pytest.fixture
def storage(endpoint: str, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Any:
    """An empty bucket, and the environment that leads to it."""
    import s3fs

    for name, value in aws(endpoint).items():
        monkeypatch.setenv(name, value)
    storage = s3fs.S3FileSystem(skip_instance_cache=True, use_listings_cache=False)
    storage.mkdir(bucket(tmp_path))
    return storage


def aws(endpoint: str) -> dict[str, str]:
    keys = {"AWS_ACCESS_KEY_ID": "test", "AWS_SECRET_ACCESS_KEY": "test", "AWS_DEFAULT_REGION": "us-east-1"}
    return {**keys, "AWS_ENDPOINT_URL": endpoint, "NO_PROXY": "127.0.0.1", "AWS_EC2_METADATA_DISABLED": "true"}


def bucket(tmp_path: Path) -> str:
    """A bucket for each test, as the stand-in lives longer."""
    return tmp_path.name.replace("_", "-").lower()[-60:].strip("-")


def machine(home: Path, tmp_path: Path) -> Settings:
    return Settings.from_environment(
        {
            "HUBTREE_HOME": str(home),
            "HUBTREE_THREADS": "1",
            "HUBTREE_ENGINE": "objects",
            "HUBTREE_OBJECTS": f"s3://{bucket(tmp_path)}/hub/landing",
        }
    )


def write_dumps(folder: Path) -> list[Path]:
    dumps = []
    for number in range(N_DUMPS):
        rows: list[object] = [
            record(f"org{n % 7}/model-{n}", likes=n * number, tags=[f"base_model:finetune:org{n % 7}/model-{n // 3}"])
            for n in range(number % 2, 100 + 10 * number, 2)
        ]
        dump = folder / f"dump_2026-10-{number + 1:02d}.json"
        dump.write_bytes(orjson.dumps([*rows, {"nameless": number}]))
        dumps.append(dump)
    return dumps


def land(settings: Settings, *dumps: Path) -> None:
    for dump in dumps:
        day = datetime.fromisoformat(dump.stem.rpartition("_")[2])
        import_file(dump, "listing", settings.layout.landing, observed_at=day, started_at=day)


def on_disk(settings: Settings) -> set[str]:
    landing = settings.layout.landing
    return {path.relative_to(landing).as_posix() for path in landing.rglob("*.parquet")}


@pytest.mark.slow
def test_machines_die_and_the_tables_are_those_of_one_machine(storage: Any, endpoint: str, tmp_path: Path) -> None:
    dumps = write_dumps(tmp_path)
    parts = {tmp_path / f"worker-{n}": dumps[n::N_WORKERS] + dumps[(n + 1) % N_WORKERS :: N_WORKERS] for n in range(N_WORKERS)}

    def started(home: Path) -> subprocess.Popen[bytes]:
        settings = machine(home, tmp_path)
        own = {"HUBTREE_HOME": str(home), "HUBTREE_ENGINE": "objects", "HUBTREE_OBJECTS": settings.objects}
        environment = {**os.environ, **aws(endpoint), **own, "PYTHONPATH": os.pathsep.join([str(ROOT), *sys.path])}
        words = [sys.executable, str(Path(__file__).with_name("object_worker.py")), *(str(dump) for dump in parts[home])]
        return subprocess.Popen(words, env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)

    running, dice = {home: started(home) for home in parts}, random.Random(5)
    for _ in range(N_KILLS):
        wait_for_a_put(storage, bucket(tmp_path), running)
        home = dice.choice(list(running))
        running[home].send_signal(signal.SIGKILL)
        running[home].wait(60)
        running[home] = started(home)
    for home, process in running.items():
        if process.wait(300) != 0:
            assert started(home).wait(300) == 0
    alone, together = machine(tmp_path / "alone", tmp_path), machine(tmp_path / "together", tmp_path)
    land(alone, *dumps)
    sharing.take(together)
    assert {name for name in on_disk(together) if "=listing" in name} == {name for name in on_disk(alone) if "=listing" in name}
    expected, found = built(alone.layout), built(together.layout)
    assert [name for name in expected if name not in {"runs", "run_steps"} and not expected[name].equals(found[name])] == []
    assert expected["runs"].drop("finished_at").equals(found["runs"].drop("finished_at"))
    assert expected["models"].height > 90


def wait_for_a_put(storage: Any, name: str, running: dict[Path, subprocess.Popen[bytes]]) -> None:
    n_before, deadline = len(storage.find(name)), time.monotonic() + 30
    while len(storage.find(name)) <= n_before and time.monotonic() < deadline:
        if all(process.poll() is not None for process in running.values()):
            return
        time.sleep(0.05)


def test_what_is_there_is_never_replaced(storage: Any, tmp_path: Path) -> None:
    one, two = machine(tmp_path / "one", tmp_path), machine(tmp_path / "two", tmp_path)
    dump = write_dumps(tmp_path)[0]
    land(one, dump)
    assert sharing.put(one)["n_files"] == 3
    assert sharing.put(one)["n_files"] == 0
    (key,) = [path for path in storage.find(bucket(tmp_path)) if "=listing" in path]
    assert not exchange._put(storage, key, b"others")
    assert storage.cat_file(key) == next(one.layout.landing.rglob("kind=listing/*/*.parquet")).read_bytes()
    land(two, dump)  # ends the same run at another instant
    assert sharing.put(two) == sharing.take(two) == {"n_files": 0, "n_bytes": 0}


def test_two_records_of_one_run_count_once(storage: Any, tmp_path: Path) -> None:
    one, two, three = (machine(tmp_path / name, tmp_path) for name in ("one", "two", "three"))
    dump = write_dumps(tmp_path)[0]
    for settings in (one, two):
        land(settings, dump)
    sharing.put(one)
    with pytest.MonkeyPatch.context() as patch:  # as if it had looked before the first one put
        patch.setattr(exchange, "_keys", lambda *_: [])
        sharing.put(two)
    assert len([path for path in storage.find(bucket(tmp_path)) if "=runs" in path]) == 2
    sharing.take(three)
    assert len(landing_files(three.layout.landing, "runs")) == len(landing_files(three.layout.landing, "listing")) == 1


def test_what_was_compacted_is_taken_with_all_it_folds(storage: Any, tmp_path: Path) -> None:
    one, two = machine(tmp_path / "one", tmp_path), machine(tmp_path / "two", tmp_path)
    land(one, *write_dumps(tmp_path))
    rows = {kind: scan_rows(landing_files(one.layout.landing, kind), kind).collect() for kind in KINDS}
    compact(one.layout.landing, before=date(2026, 12, 1), remove=True)
    sharing.put(one)
    sharing.take(two)
    assert sharing.take(two)["n_files"] == 0
    for kind in KINDS:
        files = landing_files(two.layout.landing, kind)
        assert files == landing_files(one.layout.landing, kind)
        assert scan_rows(files, kind).collect().equals(rows[kind])


def test_a_damaged_object_is_noticed_and_not_written(storage: Any, tmp_path: Path) -> None:
    one, two = machine(tmp_path / "one", tmp_path), machine(tmp_path / "two", tmp_path)
    land(one, write_dumps(tmp_path)[0])
    sharing.put(one)
    (key,) = [path for path in storage.find(bucket(tmp_path)) if "=listing" in path]
    storage.pipe_file(key, storage.cat_file(key)[:-1] + b"x")
    with pytest.raises(CorruptFile, match="checksum"):
        sharing.take(two)
    assert not [name for name in on_disk(two) if "=listing" in name]


def test_strangers_in_the_bucket_are_passed_over(storage: Any, tmp_path: Path) -> None:
    one, two = machine(tmp_path / "one", tmp_path), machine(tmp_path / "two", tmp_path)
    land(one, write_dumps(tmp_path)[0])
    sharing.put(one)
    for name in ("notes.txt", "kind=listing/observed_date=2026-10-01/../../../escape-000000-0123456789abcdef.parquet"):
        storage.pipe_file(f"{bucket(tmp_path)}/hub/landing/{name}", b"no")
    assert sharing.take(two)["n_files"] == 3
    assert on_disk(two) == on_disk(one)
    for kind in KINDS:
        for file in landing_files(two.layout.landing, kind):
            verify(file)


def test_storage_that_is_gone_or_has_no_address_is_told(storage: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    one = machine(tmp_path / "one", tmp_path)
    land(one, write_dumps(tmp_path)[0])
    for address in ("", "bucket/x", "s3://KEY:SECRET@bucket/x"):
        with pytest.raises(UsageError, match="no address") as refused:
            sharing.put(replace(one, objects=address))
        assert "SECRET" not in f"{refused.value} {refused.value.hint}"
    with pytest.raises(StorageUnavailable) as caught:
        sharing.put(replace(one, objects="s3://there-is-no-such-bucket/x"))
    assert caught.value.exit_code == 3
    assert caught.value.hint
