"""Public releases by name: read from a local copy, or fetched from the public repository at a pinned commit.

``releases.toml`` names each release's repository, commit, licence and citation, and each file's path there, its place in a
local copy and its SHA-256. A file whose bytes differ from the checksum is refused, wherever it comes from. Files without a
path were gathered from the repository by hand: they exist as a local copy alone, and a refusal says out of what they were made.
"""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from pathlib import Path
from typing import Any, Final

from warehouse.errors import CorruptFile, HubUnavailable, NotFound, UsageError
from warehouse.files import sha256_of

_REGISTRY: Final = Path(__file__).with_name("releases.toml")
_RAW: Final = "https://raw.githubusercontent.com/{repository}/{commit}/"


@dataclass(frozen=True)
class ReleaseFile:
    """One file of a release."""

    path: str
    """Path in the repository; empty for a file that no single file of the repository equals."""
    mirror: str
    """Path below the folder of recorded data."""
    sha256: str
    kinds: tuple[str, ...]
    """Landing kinds that it holds rows of."""
    gathered: str = ""
    """For a file without a path: out of what of the repository it was made."""


@dataclass(frozen=True)
class Release:
    """A public release at one commit."""

    name: str
    repository: str
    commit: str
    released_at: datetime
    license: str
    citation: str
    files: tuple[ReleaseFile, ...]

    def file_names(self, kind: str) -> frozenset[str]:
        """Return the names of the files that hold rows of a landing kind."""
        return frozenset(Path(part).name for file in self.holding(kind) for part in (file.path, file.mirror) if part)

    def holding(self, kind: str) -> list[ReleaseFile]:
        """Return the files that hold rows of a landing kind."""
        return [file for file in self.files if kind in file.kinds]

    @property
    def told(self) -> Mapping[str, str | None]:
        """What every row of it says of its source."""
        url = f"https://github.com/{self.repository}/tree/{self.commit}"
        return {"source_license": self.license, "source_citation": self.citation, "source_url": url}


@cache
def releases() -> Mapping[str, Release]:
    """Return every release of the registry by name; a release's name is also its format's."""
    with _REGISTRY.open("rb") as stream:
        return {name: _release(name, content) for name, content in tomllib.load(stream).items()}


def release_named(name: str) -> Release:
    """Return one release.

    Raises:
        NotFound: the registry has no such name.
    """
    known = releases()
    if name not in known:
        raise NotFound(f"no release {name!r}", hint=f"releases are {', '.join(known)}")
    return known[name]


def fetch(release: Release, kind: str, *, mirror: Path, cache: Path, offline: bool) -> Path:
    """Return a folder with the release's files of a kind, each compared with its checksum.

    Args:
        release: what to fetch.
        kind: the landing kind that is wanted.
        mirror: the folder of recorded data; used where it has the files.
        cache: where downloads lie; a file that is there is not fetched again.
        offline: no request may leave the machine.

    Raises:
        UsageError: the release has no file of that kind, or its files exist as a local copy alone.
        HubUnavailable: a download failed, or is not allowed.
        CorruptFile: a file has other bytes than its checksum says.
    """
    wanted = release.holding(kind)
    if not wanted:
        raise UsageError(f"release {release.name} holds nothing of kind {kind}", hint="give another --kind")
    local = [mirror / file.mirror for file in wanted]
    if all(path.is_file() for path in local):
        for file, path in zip(wanted, local, strict=True):
            _require_checksum(file, path)
        return local[0].parent
    return _download(release, wanted, cache / "releases" / release.name / release.commit, offline=offline)


def _require_checksum(file: ReleaseFile, path: Path) -> None:
    if sha256_of(path) != file.sha256:
        hint = "fetch the copy again, or import the file as your own with --format"
        raise CorruptFile(f"{path} is not the released file: its checksum differs", hint=hint, path=path)


def _download(release: Release, wanted: list[ReleaseFile], folder: Path, *, offline: bool) -> Path:
    gathered = [file for file in wanted if not file.path]
    if gathered:
        place = f"https://github.com/{release.repository}/tree/{release.commit}"
        made = "; ".join(f"{file.mirror} out of {file.gathered}" for file in gathered)
        hint = "point HUBTREE_REAL_DATA at a folder that has them, or import a table of your own with --map"
        raise UsageError(f"{release.name} was gathered by hand and is no file of {place}: {made}", hint=hint)
    missing = [file for file in wanted if not (folder / Path(file.path).name).is_file()]
    if missing and offline:
        raise HubUnavailable(f"release {release.name} is not here, and HF_HUB_OFFLINE forbids fetching it")
    import pooch

    base = _RAW.format(repository=release.repository, commit=release.commit)
    for file in wanted:
        name = Path(file.path).name
        try:
            pooch.retrieve(base + file.path, known_hash=f"sha256:{file.sha256}", fname=name, path=folder)
        except ValueError as error:
            raise CorruptFile(f"{base}{file.path} is not the released file: its checksum differs") from error
        except OSError as error:
            raise HubUnavailable(f"could not fetch {base}{file.path}: {error}", hint="try again later") from error
    return folder


def _release(name: str, content: Mapping[str, Any]) -> Release:
    files = tuple(
        ReleaseFile(
            file.get("path", ""),
            file["mirror"],
            file["sha256"],
            tuple(file.get("kinds", ("losses",))),
            file.get("gathered", ""),
        )
        for file in content["files"]
    )
    released_at = datetime.combine(content["released"], datetime.min.time())
    return Release(name, content["repository"], content["commit"], released_at, content["license"], content["citation"], files)
