"""The k-th write, fsync, rename or request of a crawl fails: nothing half-made counts, and the next run completes."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from itertools import product
from pathlib import Path

import polars as pl
import pytest
from counting import EXPECTED, Fault, broken_connection, input_output_error, no_space, striking

from pipelines.clock import now
from pipelines.crawl import cards, parents
from pipelines.crawl.cards import fetch_cards
from pipelines.crawl.changes import changed_cards
from pipelines.crawl.client import HubClient, Limits
from pipelines.crawl.listing import crawl_listing
from pipelines.crawl.parents import ask_parents
from pipelines.crawl.request import ListingRequest
from pipelines.crawl.retry import RetryPolicy
from pipelines.local_hub.serving import RunningHub
from warehouse.errors import HubtreeError
from warehouse.landing.files import landing_files, verify
from warehouse.landing.schema import KINDS
from warehouse.paths import Layout

pytestmark = pytest.mark.slow

FAULTS = {
    "write: no space": ("write", no_space, False),
    "write: no space any more": ("write", no_space, True),
    "write: input/output": ("write", input_output_error, False),
    "request: broken once": ("request", broken_connection, False),
    "request: gone for good": ("request", broken_connection, True),
}


def struck(name: str, number: int, attempt: Callable[[], object]) -> bool:
    """Attempt it with the ``number``-th call failing; return whether there was such a call.

    A failure either is got over (a request that is asked again, a file nobody needs) or is told as what it is.
    """
    kind, make, for_good = FAULTS[name]
    fault = Fault(number, make, for_good=for_good)
    with striking(kind, fault):
        try:
            attempt()
        except (HubtreeError, *EXPECTED) as told:
            if not fault.has_struck:
                raise AssertionError(f"{name} {number}: {told!r}") from told
    return fault.has_struck


def numbers_until(is_struck: Callable[[int], bool]) -> Iterator[int]:
    """Yield every number whose call was struck, until there is no such call."""
    number = 1
    while is_struck(number):
        yield number
        number += 1


def assert_landed_whole(layout: Layout, where: object) -> None:
    """Every file that counts is what its name says, pages have no gap, and nothing temporary is left by a living process."""
    for kind in KINDS:
        files = landing_files(layout.landing, kind)
        for file in files:
            verify(file)
        for run_id in {file.run_id for file in files}:
            numbers = sorted(file.sequence for file in files if file.run_id == run_id)
            assert numbers == list(range(len(numbers))), (where, run_id)
    assert not list(layout.landing.rglob("*.tmp")), where


def landed(layout: Layout, kind: str) -> pl.DataFrame:
    """What has landed, without when: of listings the newest, of visits the last of each model (failed ones are made again)."""
    files = landing_files(layout.landing, kind)
    wanted = [file for file in files if kind != "listing" or file.run_id == files[-1].run_id]
    rows = [pl.read_parquet(file.path, hive_partitioning=False) for file in wanted]
    key = {"cards": "model_id", "lookups": "asked_id"}.get(kind, "raw")
    frame = pl.concat(rows).drop("observed_at")
    if kind != "listing":
        frame = frame.unique(key, keep="last", maintain_order=True)
    return frame.sort([key, *[name for name in ("hub_object_id", "model_id") if name in frame.columns]])


@pytest.fixture(scope="module")
def client(small_hub_running: RunningHub) -> Callable[[], HubClient]:
    limits = Limits(retries=RetryPolicy(3, 3, 0.001, 0.002))
    return lambda: HubClient(small_hub_running.endpoint, limits=limits)


Crawl = Callable[[Path], object]


@pytest.fixture
def crawls(client: Callable[[], HubClient], monkeypatch: pytest.MonkeyPatch) -> dict[str, Crawl]:
    """The three crawls, in batches so small that there are several."""
    monkeypatch.setattr(cards, "BATCH_VISITS", 8)
    monkeypatch.setattr(parents, "BATCH_LOOKUPS", 4)

    def listing(landing: Path) -> object:
        return crawl_listing(client(), landing, ListingRequest("full", page_size=6), started_at=now())

    def visits(landing: Path) -> object:
        return fetch_cards(client(), landing, changed_cards(landing, "changed"), started_at=now())

    def questions(landing: Path) -> object:
        return ask_parents(client(), landing, [f"gone/m{number}" for number in range(12)], started_at=now(), limit=100)

    return {"listing": listing, "cards": visits, "lookups": questions}


@pytest.mark.parametrize("case", list(product(["listing", "cards", "lookups"], FAULTS)), ids=": ".join)
def test_whatever_fails_first_in_a_crawl_the_next_one_lands_the_same(
    crawls: dict[str, Crawl],
    case: tuple[str, str],
    every_fault: bool,
    tmp_path: Path,
    record_property: Callable[[str, object], None],
) -> None:
    kind, fault = case
    template = tmp_path / "template"
    template.mkdir()
    if kind == "cards":
        crawls["listing"](template)
    whole = Path(shutil.copytree(template, tmp_path / "whole"))
    crawls[kind](whole)
    expected = landed_in(whole, kind)

    def is_struck(number: int) -> bool:
        zone = Path(shutil.copytree(template, tmp_path / "home" / "landing"))
        try:
            has_struck = struck(fault, number, lambda: crawls[kind](zone))
            layout = Layout(tmp_path / "home")
            assert_landed_whole(layout, (fault, number))
            if every_fault or number % 4 == 1:
                crawls[kind](zone)
                assert landed(layout, kind).equals(expected), (fault, number)
                assert_landed_whole(layout, (fault, number))
        finally:
            shutil.rmtree(tmp_path / "home")
        return has_struck

    n_struck = len(list(numbers_until(is_struck)))
    record_property("failures injected", n_struck)
    assert n_struck >= 5


def landed_in(zone: Path, kind: str) -> pl.DataFrame:
    home = zone.parent / f"home-of-{zone.name}"
    home.mkdir()
    (home / "landing").symlink_to(zone)
    return landed(Layout(home), kind)
