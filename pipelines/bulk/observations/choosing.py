"""From what a user typed to what is read: a path or a release's name, a format or a mapping."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path
from typing import Final

from pipelines.bulk.observations.form import Form
from pipelines.bulk.observations.formats import readers
from pipelines.bulk.observations.generic import generic_form, parse_mapping
from pipelines.bulk.observations.generic_scores import parse_score_mapping, scores_form
from pipelines.bulk.observations.releases import Release, fetch, release_named, releases
from pipelines.bulk.observations.wish import Wish
from warehouse.errors import NotFound, UsageError
from warehouse.files import sha256_of

GENERIC: Final = "generic"


@dataclass(frozen=True)
class Chosen:
    """What is read, and how."""

    path: Path
    form: Form
    released_at: datetime | None
    """When the release was made; None for a file of the user's own."""


def choose(wish: Wish, *, mirror: Path, cache: Path, offline: bool) -> Chosen:
    """Return what a wish means; a release that is not on this machine is fetched.

    Raises:
        NotFound: neither a path nor a release has that name.
        UsageError: no format is told and the file is none of the registry's, or format and mapping do not fit.
        HubUnavailable, CorruptFile: see `fetch`.
    """
    path = Path(wish.source)
    if wish.mapping or wish.format == GENERIC:
        return _generic(wish, path)
    if path.exists():
        release = release_named(wish.format) if wish.format else _recognised(path)
        return _of_release(wish, release, path, only=None)
    if wish.source not in releases():
        hint = f"give a path, or a release: {', '.join(releases())}"
        raise NotFound(f"no such file or release: {wish.source}", hint=hint)
    release = release_named(wish.source)
    wish = _of_its_kind(wish, release)
    folder = fetch(release, wish.kind, mirror=mirror, cache=cache, offline=offline)
    return _of_release(wish, release, folder, only=release.file_names(wish.kind))


def _generic(wish: Wish, path: Path) -> Chosen:
    if wish.format not in (None, GENERIC):
        raise UsageError(f"--map does not go with --format {wish.format}", hint="leave one of them out")
    name = wish.name or path.stem
    if wish.kind == "evaluations":
        return Chosen(path, scores_form(parse_score_mapping(wish.mapping), name, wish.told), None)
    return Chosen(path, generic_form(parse_mapping(wish.mapping), name, wish.told), None)


def _recognised(path: Path) -> Release:
    """Return the release whose file this is, told by its checksum.

    Raises:
        UsageError: it is none.
    """
    if path.is_file():
        checksum = sha256_of(path)
        for release in releases().values():
            if any(file.sha256 == checksum for file in release.files):
                return release
    hint = f"give --format {', '.join(releases())}, or --map loss=…,N=…,D=… for a table of your own"
    raise UsageError(f"{path.name} is no file of a known release", hint=hint)


def _of_release(wish: Wish, release: Release, path: Path, only: frozenset[str] | None) -> Chosen:
    wish = _of_its_kind(wish, release)
    known = readers(wish.kind)
    if release.name not in known:
        hint = f"formats of kind {wish.kind} are {', '.join(known)}"
        raise UsageError(f"format {release.name} holds nothing of kind {wish.kind}", hint=hint)
    form = Form(release.name, wish.kind, known[release.name], wish.name or release.name, {**release.told, **wish.told})
    return Chosen(path, replace(form, only=only), release.released_at)


def _of_its_kind(wish: Wish, release: Release) -> Wish:
    """Take a release that holds scores alone for one of scores, whatever kind of measurement was asked for."""
    kinds = {kind for file in release.files for kind in file.kinds}
    return replace(wish, kind="evaluations") if kinds == {"evaluations"} else wish
