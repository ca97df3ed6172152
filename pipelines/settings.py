"""The environment, read once."""

from __future__ import annotations

import os
import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

from warehouse.errors import UsageError
from warehouse.paths import Layout

DEFAULT_ENDPOINT = "https://huggingface.co"
ENGINES = ("local", "ducklake", "objects", "spark")
"""What `HUBTREE_ENGINE` may be; docs/beyond-one-machine.md says when each pays."""

_PATTERN = re.compile(r"[*?\[\]]")
_SIZE = re.compile(r"\d{1,7}(\.\d+)? ?[kmgt]i?b", re.IGNORECASE)
_TRUE = {"1", "on", "yes", "true"}


@dataclass(frozen=True)
class Settings:
    """What a run knows of its surroundings.

    The token is not a field: huggingface_hub reads ``HF_TOKEN`` itself, and a value that is never held can't be printed.
    """

    layout: Layout
    endpoint: str
    offline: bool
    real_data: Path
    contact: str
    memory_limit: str
    threads: int
    engine: str
    lake: str
    lake_data: str
    objects: str
    spark: str

    @staticmethod
    def from_environment(environment: Mapping[str, str] = os.environ) -> Settings:
        """Read the variables listed in the README's table of settings.

        Raises:
            UsageError: a number or the hub's address is none, there is no such engine, or the home's path holds a pattern.
        """
        return Settings(
            layout=Layout(_home(environment.get("HUBTREE_HOME") or "hubtree-data")),
            endpoint=_endpoint(environment.get("HF_ENDPOINT", DEFAULT_ENDPOINT)),
            offline=environment.get("HF_HUB_OFFLINE", "").lower() in _TRUE,
            real_data=Path(environment.get("HUBTREE_REAL_DATA", "../shared/data")),
            contact=environment.get("HUBTREE_CONTACT", ""),
            memory_limit=_memory(environment.get("HUBTREE_MEMORY_LIMIT") or "4GB"),
            threads=_threads(environment.get("HUBTREE_THREADS") or str(os.cpu_count() or 1)),
            engine=_engine(environment.get("HUBTREE_ENGINE") or "local"),
            lake=environment.get("HUBTREE_LAKE", ""),
            lake_data=environment.get("HUBTREE_LAKE_DATA", ""),
            objects=environment.get("HUBTREE_OBJECTS", ""),
            spark=environment.get("HUBTREE_SPARK") or "local[*]",
        )


def _endpoint(text: str) -> str:
    """Refuse what can't be taken apart: huggingface_hub, which reads the variable too, could not be imported with it."""
    try:
        urlsplit(text).port  # noqa: B018 - reading it is what fails
    except ValueError as error:
        raise UsageError(f"HF_ENDPOINT is no address: {error}", hint="for example https://huggingface.co") from error
    return text.rstrip("/")


def _home(text: str) -> Path:
    path = Path(text).resolve()
    if found := _PATTERN.findall(str(path)):
        # DuckDB and Polars would look for files that fit the pattern, and find none.
        raise UsageError(
            f"HUBTREE_HOME is {str(path)!r}, whose {' '.join(found)} make it a pattern", hint="name a folder without"
        )
    return path


def _memory(text: str) -> str:
    if not _SIZE.fullmatch(text):
        raise UsageError(f"HUBTREE_MEMORY_LIMIT is {text!r}, not a size", hint="write it as 4GB, 900MB or 3GiB")
    return text


def _engine(text: str) -> str:
    if text not in ENGINES:
        raise UsageError(f"HUBTREE_ENGINE is {text!r}, not one of {', '.join(ENGINES)}", hint="unset it to work on one machine")
    return text


def _threads(text: str) -> int:
    if not text.isdecimal() or int(text) < 1:
        raise UsageError(f"HUBTREE_THREADS is {text!r}, not a number of threads", hint="set it to 1 or more, or unset it")
    return int(text)
