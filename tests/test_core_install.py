"""The core, installed from its wheel into an environment of its own, needs no extra and no checkout."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent

pytestmark = pytest.mark.slow

Run = Callable[..., subprocess.CompletedProcess[str]]

RECORDS = [
    {"id": "ann/base", "createdAt": "2024-01-01T00:00:00.000Z", "likes": 3, "tags": ["license:apache-2.0", "en"]},
    {"id": "bob/child", "createdAt": "2024-02-01T00:00:00.000Z", "tags": ["base_model:finetune:ann/base", "license:mit"]},
    {"id": "bob/quant", "createdAt": "2024-03-01T00:00:00.000Z", "tags": ["base_model:quantized:bob/child"]},
]


@pytest.fixture(scope="module")
def core(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The programs of an environment with hubtree's wheel and no extra; skips where it can't be made."""
    uv = shutil.which("uv") or shutil.which("uv", path=str(Path(sys.executable).parent))
    if uv is None:
        pytest.skip("uv is not installed")
    folder = tmp_path_factory.mktemp("core")
    source = folder / "source"
    for name in ("pipelines", "warehouse", "sql", "pyproject.toml", "README.md", "requirements.lock"):
        copy = shutil.copytree if (ROOT / name).is_dir() else shutil.copyfile
        source.mkdir(exist_ok=True)
        copy(ROOT / name, source / name)
    environment = folder / "environment"
    for words in (
        ["venv", "--python", sys.executable, str(environment)],
        ["pip", "install", "--python", str(environment), "--constraint", "requirements.lock", "."],
    ):
        ended = subprocess.run([uv, *words], cwd=source, capture_output=True, text=True, check=False)
        if ended.returncode != 0 and any(
            said in ended.stderr for said in ("Failed to fetch", "dns error", "error sending request")
        ):
            pytest.skip("the package index can't be reached")
        assert ended.returncode == 0, ended.stderr
    shutil.rmtree(source)
    return environment / "bin"


@pytest.fixture
def run(core: Path, tmp_path: Path) -> Run:
    """Run one of the environment's programs outside the checkout."""
    spared = {name: os.environ[name] for name in ("HOME", "LANG") if name in os.environ}
    environment = {**spared, "PATH": f"{core}{os.pathsep}{os.defpath}", "HUBTREE_HOME": str(tmp_path / "home")}

    def run(program: str, *words: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [core / program, *words], cwd=tmp_path, env=environment, capture_output=True, text=True, timeout=120, check=False
        )

    return run


def test_the_core_brings_none_of_the_extras(run: Run) -> None:
    extras = "('airflow', 'great_expectations', 'sqlalchemy', 'pyspark', 'sqlglot', 'pytest')"
    found = run("python", "-c", f"import importlib.util as u; print([name for name in {extras} if u.find_spec(name)])")
    assert found.stdout.strip() == "[]"


def test_from_a_dump_to_an_answer_with_the_core_alone(run: Run, tmp_path: Path) -> None:
    (tmp_path / "dump.jsonl").write_text("".join(f"{json.dumps(record)}\n" for record in RECORDS), encoding="utf-8")
    landed = run("hubtree", "import", "dump.jsonl", "--kind", "listing", "--observed-at", "2024-07-11")
    assert landed.returncode == 0, landed.stderr
    built = run("hubtree", "build")
    assert built.returncode == 0, built.stderr
    chain = run("hubtree", "sql", "select model_id, depth, n_descendants from models order by model_id", "--format", "csv")
    assert chain.stdout.split() == ["model_id,depth,n_descendants", "ann/base,0,2", "bob/child,1,1", "bob/quant,2,0"]
    unchecked = run("hubtree", "sql", "select count(*) as n from check_results where is_passed is not null", "--format", "csv")
    assert unchecked.stdout.split() == ["n", "0"]
    told = run("hubtree", "sql", "select count(*) > 0 as is_told from check_results", "--format", "csv")
    assert told.stdout.split() == ["is_told", "true"]
    for words, word in (
        (("status",), "largest families"),
        (("tree", "bob/child"), "bob/quant"),
        (("describe",), "parent_claims"),
    ):
        ended = run("hubtree", *words)
        assert ended.returncode == 0, ended.stderr
        assert word in ended.stdout


def test_the_core_crawls_a_hub_in_a_box(run: Run, core: Path, tmp_path: Path) -> None:
    ready = tmp_path / "ready"
    served = subprocess.Popen(
        [core / "hubtree", "local-hub", "--models", "200", "--ready-file", str(ready)], cwd=tmp_path, stdout=subprocess.PIPE
    )
    try:
        assert served.stdout is not None
        served.stdout.readline()
        endpoint = ready.read_text(encoding="utf-8")
        crawled = run("hubtree", "crawl", "--mode", "full", "--cards", "changed", "--hub", endpoint, "--json")
        assert crawled.returncode == 0, crawled.stderr
        summary = json.loads(crawled.stdout)
        assert summary["n_rows"] >= 200
        assert summary["cards"]["n_visits"] > 100
        assert run("hubtree", "build").returncode == 0
        assert run("hubtree", "sql", "--cookbook", "freshness").returncode == 0
    finally:
        served.kill()
        served.wait()
