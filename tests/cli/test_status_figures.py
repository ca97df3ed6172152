"""The figures for Prometheus, read as its parser reads them, and quiet pipes of every verb that reads."""

from __future__ import annotations

import json
import re
from datetime import UTC
from pathlib import Path
from typing import TYPE_CHECKING

import duckdb
import pytest

if TYPE_CHECKING:
    from conftest import Shell

SAMPLE = re.compile(
    r'(?P<name>hubtree_[a-z0-9_]+)(?:\{verb="(?P<verb>[a-z]+)"(?:,step="(?P<step>[a-z_]+)")?\})? (?P<value>[0-9.e+-]+)'
)


def test_the_figures_are_those_of_the_file(hubtree: Shell, published: Path) -> None:
    ended = hubtree("status", "--format", "prometheus")
    assert (ended.code, ended.err) == (0, "")
    samples, typed, told = {}, set(), set()
    for line in ended.out.splitlines():
        if line.startswith("# TYPE "):
            assert line.split()[2] not in typed, "a metric is typed once, and its samples stand together"
            typed.add(line.split()[2])
        elif line.startswith("# HELP "):
            told.add(line.split()[2])
        else:
            found = SAMPLE.fullmatch(line)
            assert found, line
            samples[found["name"], found["step"] or found["verb"]] = float(found["value"])
    assert {name for name, _ in samples} == typed == told
    with duckdb.connect(str(published.resolve()), read_only=True) as connection:
        rows = connection.execute("select verb, max(n_requests), max(finished_at) from runs group by verb").fetchall()
        n_models, seen = connection.execute(
            "select count(*) filter (removed_at is null), max(last_seen_at) from models"
        ).fetchall()[0]
    assert samples["hubtree_models", None] == n_models
    assert samples["hubtree_newest_observation_timestamp_seconds", None] == seen.replace(tzinfo=UTC).timestamp()
    assert {verb for name, verb in samples if name == "hubtree_last_run_failed"} == {verb for verb, *_ in rows}
    assert samples["hubtree_last_step_peak_memory_bytes", "assemble"] == 300_000_000
    assert samples["hubtree_last_step_written_bytes", "crawl"] == 500_000
    assert samples["hubtree_last_step_read_bytes", "crawl"] == 2_000_000
    assert samples["hubtree_last_step_duration_seconds", "start_build"] == 600
    assert 0 <= samples["hubtree_card_coverage_ratio", None] <= 1


def test_the_status_tells_what_the_last_build_took(hubtree: Shell, published: Path) -> None:
    told = hubtree("status").out
    assert re.search(r"^  assemble +1200\.0 s  300 MB of memory, 0\.5 MB written$", told, re.MULTILINE)
    assert re.search(r"^  newest observation +\d{4}-\d\d-\d\d \d\d:\d\d UTC$", told, re.MULTILINE)


@pytest.mark.parametrize(
    "words",
    [
        ("status",),
        ("describe", "models"),
        ("sql", "select 1 as one"),
        ("tree", "deep/Base-1"),
        ("relatives", "deep/Base-1", "mila/base-1-chat"),
        ("impact", "deep/Base-1"),
        ("license", "deep/Base-1"),
        ("drift",),
    ],
    ids=lambda words: words[0],
)
def test_json_of_what_reads_is_json_alone(hubtree: Shell, published: Path, words: tuple[str, ...]) -> None:
    ended = hubtree("--quiet", *words, "--json")
    assert (ended.code, ended.err) == (0, "")
    assert json.loads(ended.out) is not None
    assert "\x1b" not in ended.out, "no colours and no progress in a pipe"
