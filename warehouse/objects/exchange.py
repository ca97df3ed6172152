"""The landing zone as objects: the same files under the same relative paths, each put once and never replaced.

A put is atomic in object storage, so it takes the place of temporary file and rename; "only if absent" (``If-None-Match: *``)
keeps whoever comes second from touching what is there. What is taken is compared with the checksum in its name before it gets
that name here. The record of a run is known by its run alone, as in `warehouse.lake.exchange`.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path, PurePosixPath
from typing import Any, Final

from warehouse.errors import CorruptFile, StorageUnavailable, UsageError
from warehouse.files import write_whole
from warehouse.landing.files import landing_files
from warehouse.landing.schema import KINDS, TOLD_BY_RUNS
from warehouse.landing.states import state_files

_KEY: Final = re.compile(
    r"kind=(?P<kind>[a-z]+)/(observed_date=\d{4}-\d{2}-\d{2}|state_month=\d{4}-\d{2})/(?P<name>[A-Za-z0-9_-]+)\.parquet"
)


@dataclass(frozen=True)
class Moved:
    """How many files went into the object storage, or came out of it, and their bytes."""

    n_files: int
    n_bytes: int


def put_missing(landing: Path, address: str) -> Moved:
    """Put every file of this landing zone that the storage lacks; run records come last.

    Args:
        landing: the landing zone.
        address: bucket and prefix, as ``s3://bucket/hubtree/landing``; keys and endpoint come from the AWS variables.

    Raises:
        UsageError: the extra ``objects`` is not installed, or the address is none.
        StorageUnavailable: the storage refused; what was put stays, and the next call puts the rest.
    """
    n_files = n_bytes = 0
    with _storage(address) as (storage, root):
        known = {_identity(key) for key in _keys(storage, root)}
        for path in sorted(_on_disk(landing), key=lambda path: ("kind=runs" in path.parts, path)):
            key = path.relative_to(landing).as_posix()
            if _identity(key) not in known and _put(storage, f"{root}/{key}", path.read_bytes()):
                n_files, n_bytes = n_files + 1, n_bytes + path.stat().st_size
    return Moved(n_files, n_bytes)


def take_missing(landing: Path, address: str) -> Moved:
    """Write every file that the storage holds and this landing zone does not know.

    Raises:
        UsageError: the extra ``objects`` is not installed, or the address is none.
        StorageUnavailable: the storage refused.
        CorruptFile: an object does not hold what the checksum in its name promises.
    """
    here = {_identity(f"kind={kind}/observed_date={file.observed_date}/{file.name}") for kind, file in _known(landing)}
    here |= {_identity(path.relative_to(landing).as_posix()) for path in _on_disk(landing)}
    n_files = n_bytes = 0
    with _storage(address) as (storage, root):
        for key in sorted(_keys(storage, root)):
            if _identity(key) in here:
                continue
            here.add(_identity(key))
            content: bytes = storage.cat_file(f"{root}/{key}")
            if hashlib.sha256(content).hexdigest()[:16] != PurePosixPath(key).stem.rpartition("-")[2]:
                raise CorruptFile(f"{address}/{key} does not match the checksum in its name", hint="put it there anew")
            write_whole(landing / key, lambda temporary, content=content: temporary.write_bytes(content))  # type: ignore[misc]
            n_files, n_bytes = n_files + 1, n_bytes + len(content)
    return Moved(n_files, n_bytes)


def _known(landing: Path) -> Iterator[tuple[str, Any]]:
    for kind in KINDS:
        yield from ((kind, file) for file in landing_files(landing, kind))


def _on_disk(landing: Path) -> set[Path]:
    """Return the landing files and state files that lie here."""
    files = {file.path for _, file in _known(landing)}
    return files | {state for kind in KINDS for state in state_files(landing, kind)}


def _keys(storage: Any, root: str) -> list[str]:
    """Return the keys of landing and state files below the root, as paths relative to it; strangers are passed over."""
    found = (str(path).removeprefix(f"{root}/") for path in storage.find(root))
    return [key for key in found if _KEY.fullmatch(key)]


def _identity(key: str) -> str:
    """Return what a file is known by: its key, but of what a run tells of itself the kind and the run."""
    kind, _, rest = key.partition("/")
    if kind.removeprefix("kind=") in TOLD_BY_RUNS and rest.startswith("observed_date"):
        return f"{kind}/{rest.rpartition('-')[0].rpartition('/')[2]}"
    return key


def _put(storage: Any, path: str, content: bytes) -> bool:
    """Put an object unless it is there; tell whether it was put."""
    try:
        storage.pipe_file(path, content, mode="create")
    except FileExistsError:
        return False
    return True


@contextmanager
def _storage(address: str) -> Iterator[tuple[Any, str]]:
    """Open the storage; yield it and the root below which the landing zone lies."""
    if not re.fullmatch(r"s3://[A-Za-z0-9._-]+(/[^/\s:@]+)*/?", address):
        # Not told: people write keys into addresses.
        raise UsageError("HUBTREE_OBJECTS is no address of object storage", hint="write it as s3://bucket/prefix, without keys")
    if find_spec("s3fs") is None:
        raise UsageError("HUBTREE_ENGINE=objects needs s3fs", hint="pip install 'hubtree[objects]'")
    import s3fs
    from botocore.exceptions import BotoCoreError, ClientError

    storage = s3fs.S3FileSystem(use_listings_cache=False, skip_instance_cache=True)
    try:
        yield storage, address.removeprefix("s3://").rstrip("/")
    except (BotoCoreError, ClientError, OSError) as error:
        if getattr(error, "filename", None):  # a file of this machine
            raise
        hint = "see that the endpoint answers and the keys may list, read and put; then run the same command again"
        raise StorageUnavailable(f"the object storage refused: {error}", hint=hint) from error
