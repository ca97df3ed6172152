"""The commands that bring data in and make tables of it: crawl, cards, parents, import, build, extract."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from pipelines import sharing, steps
from pipelines.bulk.observations.wish import Wish
from pipelines.cli.choices import MEASUREMENTS, AsJson, Cards, Hub, Kind, Mode, calendar_day, progress
from pipelines.cli.output import tell_summary
from pipelines.settings import Settings
from warehouse.errors import UsageError


def crawl(
    mode: Annotated[
        Mode,
        typer.Option(help="full: every model by creation time; incremental: what changed since; auto: full once a week."),
    ] = "incremental",
    limit: Annotated[int | None, typer.Option(min=1, help="Stop after so many models.")] = None,
    since: Annotated[str | None, typer.Option(metavar="DATE", help="Stop at models older than this.")] = None,
    author: Annotated[str | None, typer.Option(help="Only models of this user or organisation.")] = None,
    filters: Annotated[list[str] | None, typer.Option("--filter", help="Only models with this tag; may be repeated.")] = None,
    cards: Annotated[Cards, typer.Option(help="Whose cards to fetch afterwards.")] = "none",
    hub: Hub = None,
    as_json: AsJson = False,
) -> None:
    """List the hub's models into the landing zone; a killed crawl goes on at its page.

    Example: hubtree crawl --mode full --cards changed
    """
    settings, bar = Settings.from_environment(), progress()
    summary = steps.crawl(
        settings, mode=mode, limit=limit, since=calendar_day(since), author=author, filters=filters or (), hub=hub,
        progress=bar,
    )  # fmt: skip
    if cards != "none" and as_json:
        summary["cards"] = steps.fetch_cards(settings, policy=cards, hub=hub, progress=bar)
    tell_summary(summary, as_json=as_json, headline=_crawl_headline(summary))
    if cards != "none" and not as_json:
        _fetch(settings, cards, hub, as_json=False)


def cards(
    policy: Annotated[Cards, typer.Option("--cards", help="changed: only where the repository changed since.")] = "changed",
    hub: Hub = None,
    as_json: AsJson = False,
) -> None:
    """Fetch model cards of models already listed; one request a card, none for unchanged models.

    Example: hubtree cards --cards changed
    """
    _fetch(Settings.from_environment(), policy, hub, as_json=as_json)


def parents(
    limit: Annotated[int, typer.Option(min=0, help="Ask about so many at most, the most claimed first.")] = 1000,
    hub: Hub = None,
    as_json: AsJson = False,
) -> None:
    """Ask the hub about parents that models claim and no listing holds: moved, deleted, private or found.

    Reads from the published file whom to ask for; the next build uses the answers. No id is asked again within 30 days.

    Example: hubtree parents --limit 500
    """
    summary = steps.ask_parents(Settings.from_environment(), limit=limit, hub=hub, progress=progress())
    told = f"asked about {summary['n_asked']:,} of {summary['n_claimed']:,} unknown parents"
    tell_summary(summary, as_json=as_json, headline=told)


def import_(
    path: Annotated[
        Path,
        typer.Argument(help="A Parquet, JSON or JSON Lines file (measurements: also CSV), a folder of them, or a release."),
    ],
    kind: Annotated[Kind, typer.Option(help="What the rows are.")],
    observed_at: Annotated[str | None, typer.Option(metavar="DATE", help="When the hub looked like that.")] = None,
    complete: Annotated[
        bool, typer.Option("--complete", help="The file lists the whole hub: models missing from it are gone.")
    ] = False,
    hub: Annotated[
        str | None, typer.Option(metavar="URL", help="Whose models these are; the Hugging Face Hub unless told.")
    ] = None,
    form: Annotated[str | None, typer.Option("--format", help="Of measurements: a release's name, or generic.")] = None,
    mapping: Annotated[
        list[str] | None,
        typer.Option("--map", metavar="FIELD=COLUMN[:UNIT],…", help="Of measurements: loss=ppl:perplexity,N=params"),
    ] = None,
    source: Annotated[str | None, typer.Option(help="Of measurements: what the source is called in the tables.")] = None,
    license_: Annotated[str | None, typer.Option("--license", help="Of measurements: the source's licence.")] = None,
    citation: Annotated[str | None, typer.Option(help="Of measurements: how to cite the source.")] = None,
    url: Annotated[str | None, typer.Option(help="Of measurements: where the source is.")] = None,
    as_json: AsJson = False,
) -> None:
    """Land a bulk file: a dump of the listing, of details, of cards, a daily series, or measured losses.

    Example: hubtree import listing.parquet --kind listing --observed-at 2024-07-11
    Example: hubtree import chinchilla --kind losses
    """
    settings, day = Settings.from_environment(), calendar_day(observed_at)
    if kind in MEASUREMENTS:
        wish = Wish(str(path), kind, form, tuple(mapping or ()), source, license_, citation, url)
        summary = steps.import_observations(settings, wish, observed_at=day)
    elif form or mapping:
        raise UsageError(f"--format and --map are for measurements, not for kind {kind}", hint="check --kind")
    else:
        summary = steps.import_file(settings, path, kind=kind, observed_at=day, is_complete=complete, hub=hub)
    told = "already landed" if summary["is_already_landed"] else "landed"
    tell_summary(summary, as_json=as_json, headline=f"{told}: {summary['n_rows']:,} rows of kind {summary['kind']}")


def build(
    as_of: Annotated[str | None, typer.Option(metavar="DATE", help="Build what was known at the end of that day.")] = None,
    allow_older: Annotated[bool, typer.Option("--allow-older", help="Publish although a newer file is published.")] = False,
    as_json: AsJson = False,
) -> None:
    """Build every table anew from the landing zone, check them, and publish.

    Example: hubtree build
    """
    day = calendar_day(as_of)
    summary = steps.build(Settings.from_environment(), as_of=day.date() if day else None, allow_older=allow_older)
    tell_summary(summary, as_json=as_json, headline=f"published {summary['publish']['file']}")


def compact(
    before: Annotated[
        str | None, typer.Option(metavar="DATE", help="Fold the months that ended before that day; today unless told.")
    ] = None,
    remove: Annotated[
        bool, typer.Option("--remove", help="Delete landing files that are folded, after comparing them value by value.")
    ] = False,
    as_json: AsJson = False,
) -> None:
    """Fold the landing files of past months into state files: builds give the same tables from fewer files.

    Example: hubtree compact
    Example: hubtree compact --before 2026-10-01 --remove
    """
    day = calendar_day(before)
    summary = steps.compact(Settings.from_environment(), before=day.date() if day else None, remove=remove)
    told = f"folded {summary['n_folded']:,} landing files into {summary['n_states']:,} state files"
    tell_summary(summary, as_json=as_json, headline=told + (f", removed {summary['n_removed']:,}" if remove else ""))


def share(
    care: Annotated[
        bool, typer.Option("--care", help="Then tidy the lake: merge small files, delete what nobody reads. Alone only.")
    ] = False,
    as_json: AsJson = False,
) -> None:
    """Share the landing zone with other machines now (see HUBTREE_ENGINE); crawl, import and build do it themselves.

    Example: hubtree share
    """
    settings = Settings.from_environment()
    if settings.engine not in sharing.SHARED:
        raise UsageError(
            f"HUBTREE_ENGINE is {settings.engine}: there is nothing to share with", hint="see docs/beyond-one-machine.md"
        )
    summary = steps.share(settings, care=care)
    told = f"put {summary['put']['n_files']:,} landing files, took {summary['taken']['n_files']:,}"
    tell_summary(summary, as_json=as_json, headline=told)


def extract(
    families: Annotated[
        list[str] | None, typer.Option("--family", metavar="MODEL", help="Also write this model's family; may be repeated.")
    ] = None,
    graphs: Annotated[
        int | None, typer.Option(min=0, help="So many of the largest families as GraphML and GEXF; 10 unless told.")
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Write every published table as Parquet and CSV, families as graphs, and a manifest of row counts and checksums.

    Small tables are JSON Lines too; those that grow with time are Parquet files by month. A file NAME.sql with a header, laid
    into the home's folder sql/extracts, adds an extract.

    Example: hubtree extract

    Example: hubtree extract --graphs 3 --family mistralai/Mistral-7B-v0.1
    """
    summary = steps.write_extracts(Settings.from_environment(), n_largest=graphs, families=families or ())
    tell_summary(summary, as_json=as_json, headline="extracts written")


def report(as_json: AsJson = False) -> None:
    """Write the dashboard: pages that open from disk, without network or server.

    Example: hubtree report
    """
    summary = steps.write_dashboard(Settings.from_environment())
    tell_summary(summary, as_json=as_json, headline="dashboard written")


def register(app: typer.Typer) -> None:
    """Add the commands to the application."""
    for name, command in (
        ("crawl", crawl),
        ("cards", cards),
        ("parents", parents),
        ("import", import_),
        ("build", build),
        ("compact", compact),
        ("share", share),
        ("extract", extract),
        ("report", report),
    ):
        app.command(name)(command)


def _fetch(settings: Settings, policy: Cards, hub: str | None, *, as_json: bool) -> None:
    summary = steps.fetch_cards(settings, policy=policy, hub=hub, progress=progress())
    headline = f"visited {summary['n_visits']:,} cards" if summary["n_visits"] else "no card has changed; nothing fetched"
    tell_summary(summary, as_json=as_json, headline=headline)


def _crawl_headline(summary: steps.Summary) -> str:
    how = "resumed " if summary["is_resumed"] else ""
    return f"{how}{summary['mode']} crawl: {summary['n_rows']:,} models on {summary['n_pages']:,} pages"
