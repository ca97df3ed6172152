"""The verbs: one function a step, called by the command line, the DAGs and the tests alike.

Every step takes the settings and plain values, and returns a small mapping of plain values for people and logs. No token
is ever an argument or a result. A step may be run again: it begins anew what it makes, and lands nothing twice.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, replace
from datetime import date, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any, get_args

from pipelines import sharing
from pipelines.clock import now
from pipelines.logs import log, redact
from pipelines.settings import DEFAULT_ENDPOINT, Settings
from warehouse import publisher
from warehouse.errors import HubtreeError, NotFound, UsageError
from warehouse.reading import find_database

if TYPE_CHECKING:
    import polars as pl

    from pipelines.bulk.observations.wish import Wish
    from pipelines.progress import Progress

Summary = dict[str, Any]


def crawl(
    settings: Settings,
    *,
    mode: str = "incremental",
    limit: int | None = None,
    since: datetime | None = None,
    author: str | None = None,
    filters: Sequence[str] = (),
    hub: str | None = None,
    progress: Progress | None = None,
) -> Summary:
    """List the hub's models into the landing zone."""
    from pipelines.crawl.client import HubClient
    from pipelines.crawl.listing import crawl_listing
    from pipelines.crawl.request import ListingRequest, Mode

    request = ListingRequest(mode=_one_of(Mode, mode), limit=limit, since=since, author=author, filters=tuple(filters))
    client = HubClient.from_settings(_at(settings, hub))
    return sharing.landed(
        settings, crawl_listing(client, settings.layout.landing, request, started_at=now(), progress=progress)
    )


def fetch_cards(
    settings: Settings, *, policy: str = "changed", hub: str | None = None, progress: Progress | None = None
) -> Summary:
    """Fetch the cards of models that changed since their card was last seen."""
    from pipelines.crawl.cards import fetch_cards as fetch
    from pipelines.crawl.changes import CardPolicy, changed_cards
    from pipelines.crawl.client import HubClient

    client, landing = HubClient.from_settings(_at(settings, hub)), settings.layout.landing
    wanted = changed_cards(landing, _one_of(CardPolicy, policy), hub=client.endpoint)
    return sharing.landed(settings, fetch(client, landing, wanted, started_at=now(), progress=progress))


def ask_parents(settings: Settings, *, limit: int = 1000, hub: str | None = None, progress: Progress | None = None) -> Summary:
    """Ask the hub about the parents that the published file holds as placeholders, the most claimed first."""
    from pipelines.crawl.client import HubClient
    from pipelines.crawl.parents import ask_parents as ask
    from pipelines.query.family import unknown_parents

    published = publisher.published_file(settings.layout)
    claimed = unknown_parents(published) if published else []
    client = HubClient.from_settings(_at(settings, hub))
    report = ask(client, settings.layout.landing, claimed, started_at=now(), limit=limit, progress=progress)
    return sharing.landed(settings, report)


def import_file(
    settings: Settings,
    path: Path,
    *,
    kind: str,
    observed_at: datetime | None,
    is_complete: bool = False,
    hub: str | None = None,
) -> Summary:
    """Land a bulk file; ``hub`` is whose models it holds, the Hugging Face Hub unless told."""
    from pipelines.bulk.importing import import_file as land_file
    from pipelines.bulk.sources import Kind

    report = land_file(
        path,
        _one_of(Kind, kind),
        settings.layout.landing,
        observed_at=observed_at,
        is_complete=is_complete,
        started_at=now(),
        hub=hub.rstrip("/") if hub else DEFAULT_ENDPOINT,
    )
    return sharing.landed(settings, report)


def import_observations(settings: Settings, wish: Wish, *, observed_at: datetime | None) -> Summary:
    """Land losses or scores out of a public release or a table; a release that is not on this machine is fetched."""
    from pipelines.bulk.importing import import_file as land_file
    from pipelines.bulk.observations.choosing import choose
    from pipelines.bulk.sources import Kind

    layout = settings.layout
    _one_of(Kind, wish.kind)
    chosen = choose(wish, mirror=settings.real_data, cache=layout.cache, offline=settings.offline)
    kind, day = _one_of(Kind, chosen.form.kind), observed_at or chosen.released_at
    report = land_file(chosen.path, kind, layout.landing, observed_at=day, started_at=now(), form=chosen.form)
    return sharing.landed(settings, report)


def import_release(settings: Settings, *, release: str) -> Summary:
    """Land the losses of a public release by its name in the registry."""
    from pipelines.bulk.observations.releases import release_named
    from pipelines.bulk.observations.wish import Wish

    return import_observations(settings, Wish(release_named(release).name, "losses"), observed_at=None)


def loss_series(settings: Settings) -> pl.DataFrame:
    """Return one row a series of losses, imported ones and those of published cards, with counts and ranges.

    Raises:
        NotFound: there are no losses.
    """
    from pipelines.builder.losses import read_judged
    from pipelines.scaling.series import describe_series

    screened = read_judged(settings)
    if screened.is_empty():
        hint = "hubtree import chinchilla --kind losses, or a file of your own with --map"
        raise NotFound(f"no losses are known in {settings.layout.home}", hint=hint)
    return describe_series(screened)


def read_losses(settings: Settings, wish: Wish | None) -> tuple[pl.DataFrame, dict[str, int]]:
    """Return losses to fit, and how many were set aside by reason: of a file or release, or all that were imported.

    Raises:
        NotFound: no losses were imported.
    """
    if wish is not None:
        from pipelines.bulk.observations.direct import read_losses as read_directly

        return read_directly(wish, mirror=settings.real_data, cache=settings.layout.cache, offline=settings.offline)
    from pipelines.builder.losses import read_observations

    losses = read_observations(settings)
    if losses.is_empty():
        hint = "hubtree import chinchilla --kind losses, or name a file with --map"
        raise NotFound(f"no losses are landed in {settings.layout.landing}", hint=hint)
    return losses, {}


def compact(settings: Settings, *, before: date | None = None, remove: bool = False) -> Summary:
    """Fold the landing files of months that ended before a day (today) into state files; remove what is folded if told."""
    from warehouse.landing.folding import compact as fold

    summary = asdict(fold(settings.layout.landing, before=before or now().date(), remove=remove))
    log("compacted", **summary)
    return summary


def share(settings: Settings, *, care: bool = False) -> Summary:
    """Put into the lake what it lacks, take from it what is missing here; ``care`` tidies it, when nobody else writes."""
    return {"put": sharing.put(settings), "taken": sharing.take(settings), "deleted": sharing.care(settings) if care else 0}


def start_build(settings: Settings, *, build_id: str, as_of: date | None = None) -> Summary:
    """Stage: read the landing zone (as it was known on ``as_of``) into the build's folder."""
    from pipelines.builder import folder, measured, publishing, tables

    publishing.land_missing_runs(settings.layout)
    sharing.take(settings)
    begun = folder.begin(settings.layout, build_id, started_at=now(), as_of=as_of)
    with measured.measured(begun, "start_build", started_at=begun.started_at):
        return _told("staged", build_id, tables.stage(begun, settings))


def parse_cards(settings: Settings, *, build_id: str) -> Summary:
    """Parse the card texts that were never parsed before."""
    from pipelines.builder import card_texts, measured

    return _told("cards_parsed", build_id, measured.run_step(settings, build_id, "parse_cards", card_texts.parse_card_texts))


def resolve_lineage(settings: Settings, *, build_id: str) -> Summary:
    """Resolve parent claims, accept edges, cut cycles, find families."""
    from pipelines.builder import measured, tables

    counts = measured.run_step(settings, build_id, "resolve_lineage", tables.describe_descent)
    return _told("lineage_resolved", build_id, counts)


def analyse(settings: Settings, *, build_id: str) -> Summary:
    """Fit the growth of bases, measure drift and compare relatives over the finished lineage."""
    from pipelines.builder import analysis, measured

    return _told("analysed", build_id, measured.run_step(settings, build_id, "analyse", analysis.write_analysis))


def assemble(settings: Settings, *, build_id: str) -> Summary:
    """Finish the tables and load them into the build's private DuckDB file."""
    from pipelines.builder import measured, tables

    return _told("assembled", build_id, measured.run_step(settings, build_id, "assemble", tables.assemble))


def check(settings: Settings, *, build_id: str) -> Summary:
    """Check the build against the contract and write the Data Docs.

    Raises:
        CheckFailed: a check of severity fail did not hold.
        ContractViolation: the contract's shape, conservation or the quarantine gate did not hold.
    """
    from pipelines import checks
    from pipelines.builder import folder, measured, publishing

    build, at = folder.resume(settings.layout, build_id), now()
    with measured.measured(build, "check"):
        if checks.is_available():
            # An earlier day is smaller than what is published now, and rightly so.
            previous = publisher.published_file(settings.layout) if build.as_of is None else None
            results = checks.run_checks(build.database, build_id=build_id, checked_at=at, previous=previous)
        else:
            results = checks.unchecked(build_id, at)
        publishing.save_check_results(build, results)
        checks.write_data_docs(results, settings.layout.docs, title=f"Checks of build {build_id}")
    try:
        checks.gate(results)
    except HubtreeError as error:
        publishing.land_run(settings.layout, build, "failed", now(), redact(str(error)))
        raise
    n_warnings = results.filter(~results["is_passed"].fill_null(False)).height
    return _told("checked", build_id, {"checks": results.height, "warnings": n_warnings})


def publish(settings: Settings, *, build_id: str, allow_older: bool = False) -> Summary:
    """Swap the checked build in as the published file; a build that is it already stays so."""
    from pipelines.builder import folder, publishing

    file = publishing.published_before(settings.layout, build_id)
    if file is None:
        build = folder.resume(settings.layout, build_id)
        file = publishing.publish(settings.layout, build, finished_at=now(), allow_older=allow_older)
    return _told("published", build_id, {"file": str(file), "bytes": file.stat().st_size})


def build(settings: Settings, *, as_of: date | None = None, allow_older: bool = False) -> Summary:
    """Run all steps of a build, one after the other; return what each of them said."""
    build_id = f"build-{now():%Y%m%dT%H%M%S%f}"
    return {
        "build_id": build_id,
        "stage": start_build(settings, build_id=build_id, as_of=as_of),
        "cards": parse_cards(settings, build_id=build_id),
        "lineage": resolve_lineage(settings, build_id=build_id),
        "analysis": analyse(settings, build_id=build_id),
        "tables": assemble(settings, build_id=build_id),
        "check": check(settings, build_id=build_id),
        "publish": publish(settings, build_id=build_id, allow_older=allow_older),
    }


def write_extracts(settings: Settings, *, n_largest: int | None = None, families: Sequence[str] = ()) -> Summary:
    """Write every published table as Parquet and CSV, and the largest and the named families as graphs, with a manifest."""
    from pipelines.extract.graphs import LARGEST
    from pipelines.extract.writer import Wanted
    from pipelines.extract.writer import write_extracts as write

    wanted = Wanted(LARGEST if n_largest is None else n_largest, families, settings.layout.own_extracts)
    report = write(database(settings), settings.layout.extracts, now=now(), wanted=wanted)
    return {
        "folder": str(report.folder),
        "source": report.source,
        "n_extracts": len(report.extracts),
        "n_graphs": len(report.graphs),
        "n_files": len(report.files),
        "n_bytes": sum(file.n_bytes for file in report.files),
        **({"graphs_left_out": [family.reason for family in report.left_out]} if report.left_out else {}),
    }


def write_dashboard(settings: Settings) -> Summary:
    """Write the dashboard of the published file as a folder of pages."""
    from pipelines.dashboard import write_dashboard as write

    site = write(database(settings), settings.layout.dashboard, now=now())
    index = site.folder / "index.html"
    return {"page": str(index), "n_pages": site.n_pages, "n_figures": site.n_figures, "n_bytes": site.n_bytes}


def doctor(settings: Settings, *, deep: bool = False) -> Summary:
    """Look at the environment, the home, the published file and the last runs; ``deep`` reads every landing file too."""
    from pipelines.doctor import examine

    findings = [vars(finding) for finding in examine(settings, now=now(), deep=deep)]
    return {"findings": findings, "n_faults": sum(finding["state"] == "fault" for finding in findings)}


def report(settings: Settings) -> Summary:
    """Tell what is published: sizes, freshness, the five largest families, the last runs, and where things lie."""
    from pipelines.query.status import read_status

    layout = settings.layout
    return {
        **read_status(database(settings)),
        "places": {
            "database": str(layout.database),
            "extracts": str(layout.extracts),
            "dashboard": str(layout.dashboard),
            "data_docs": str(layout.docs),
        },
    }


def database(settings: Settings, *, as_of: date | None = None) -> Path:
    """Return the published file, or that of an earlier day.

    Raises:
        NotFound: nothing has been published yet, or not of that day.
    """
    return find_database(settings.layout, as_of=as_of)


def _at(settings: Settings, hub: str | None) -> Settings:
    return replace(settings, endpoint=hub.rstrip("/")) if hub else settings


def _one_of(choices: Any, word: str) -> Any:
    """Return ``word`` if it is one of the literals of the type ``choices``.

    Raises:
        UsageError: it is not.
    """
    if word not in get_args(choices):
        raise UsageError(f"{word!r} is not one of {', '.join(get_args(choices))}")
    return word


def _told(step: str, build_id: str, summary: Summary) -> Summary:
    log(step, build=build_id, **summary)
    return summary
