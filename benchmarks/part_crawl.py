"""Crawl of the embedded hub against a bare ``HfApi.list_models`` loop over the same pages."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Callable, Sequence
from itertools import count
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, urlsplit

from benchmarks.hub_process import serving, serving_clean
from benchmarks.measuring import BenchmarkFailed, Measured, alternate, measure, module, ratio
from benchmarks.report import Part, row, stage_rows

N_RECORDED_PAGES = 80
N_PLANTED = 20_000

METHOD = """\
One hub in a process of its own; both ways ask it for the same pages of 1,000 records with every field of interest, each in a
fresh process, in alternation after one unmeasured loop. 'bare' makes a ModelInfo of each record and keeps none; hubtree lands
one Parquet file a page. The hub's log must show the same requests for both. Ratios are of the loop without imports."""

WITHOUT_DIRT = "Planted records that the official client fails on are left out: its loop ends at the first one."


def run_recorded(work: Path, listing: Path, rounds: int) -> Part:
    """Measure on pages of the recorded listing."""
    part, pages = Part(f"Crawl of {N_RECORDED_PAGES} recorded pages", METHOD), work / "pages.parquet"
    measure(module("cut_pages", listing.resolve(), N_RECORDED_PAGES, pages))
    with serving(work / "recorded", "--listing", pages) as endpoint:
        return _run(part, work / "recorded", endpoint, rounds)


def run_planted(work: Path, rounds: int) -> Part:
    """Measure on planted models, whose records have all fields."""
    part = Part(f"Crawl of {N_PLANTED:,} planted models with all fields", f"{METHOD}\n{WITHOUT_DIRT}")
    with serving_clean(work / "planted", N_PLANTED) as endpoint:
        return _run(part, work / "planted", endpoint, rounds)


def _run(part: Part, folder: Path, endpoint: str, rounds: int) -> Part:
    homes = (folder / f"home-{number}" for number in count())
    ways: dict[str, Callable[[], Measured]] = {
        "bare": lambda: measure(module("run_crawl", "bare", endpoint)),
        "hubtree": lambda: measure(module("run_crawl", "hubtree", endpoint), home=next(homes)),
    }
    ways["bare"]()
    runs = alternate(ways, rounds)
    requests = [json.loads(line) for line in (folder / "requests.jsonl").read_text(encoding="utf-8").splitlines()]
    _refuse_difference(runs["bare"] + runs["hubtree"], requests)
    for name, what in (("bare", "bare list_models loop"), ("hubtree", "hubtree crawl")):
        part.rows += [row(what, runs[name]), *stage_rows(runs[name])]
    for which, unit in ((0, "wall"), (1, "CPU of the client")):
        crawled, looped = ([run.stages["listing"][which] for run in runs[name]] for name in ("hubtree", "bare"))
        part.find(f"hubtree / bare, {unit}", ratio(crawled, looped), "times", "" if which else "≤ 1.10")
    served = sum(request["answered_at"] - request["received_at"] for request in requests) / (2 * rounds + 1)
    part.find("of either, the hub's own work", served, "s")
    part.find("records", float(runs["bare"][0].told), "records")
    return part


def _refuse_difference(runs: Sequence[Measured], requests: Sequence[dict[str, Any]]) -> None:
    """End the benchmark where the ways got other rows, or asked for other pages.

    Raises:
        BenchmarkFailed: they did.
    """
    if len({run.told for run in runs}) != 1:
        raise BenchmarkFailed(f"the ways got different numbers of records: {[run.told for run in runs]}")
    asked = Counter(_page_of(request["target"]) for request in requests)
    if uneven := [page for page, times in asked.items() if times != len(runs) + 1]:
        raise BenchmarkFailed(f"{len(uneven)} pages were not asked for once by every loop, such as {uneven[0]}")


def _page_of(target: str) -> str:
    """Return what a request asks for; the Hub's usual page size may be written or not."""
    parts = urlsplit(target)
    return json.dumps([parts.path, sorted(pair for pair in parse_qsl(parts.query) if pair != ("limit", "1000"))])
