"""Sharing a landing zone between machines: what ``HUBTREE_ENGINE`` adds after landing and before a build."""

from __future__ import annotations

from dataclasses import asdict
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from pipelines.logs import log
from pipelines.settings import Settings
from warehouse.errors import UsageError

SHARED = ("ducklake", "objects")
"""Engines with which machines share one landing zone; the others are ``local`` and ``spark``."""

if TYPE_CHECKING:
    from warehouse.lake.connection import LakeAddress


def landed(settings: Settings, report: Any) -> dict[str, Any]:
    """Share what a step has landed, and return its report (a dataclass) with instants and paths as text, fit for JSON."""
    put(settings)
    return {
        key: value.isoformat() if isinstance(value, datetime) else str(value) if isinstance(value, Path) else value
        for key, value in asdict(report).items()
    }


def put(settings: Settings) -> dict[str, int]:
    """Put what was landed here and is not shared yet; nothing where one machine lands alone.

    Raises:
        LakeUnavailable, StorageUnavailable: it was refused; what was landed stays here, and the next call puts it.
    """
    if settings.engine not in SHARED:
        return {}
    return _logged("shared", _put_objects(settings) if settings.engine == "objects" else _put_rows(settings))


def take(settings: Settings) -> dict[str, int]:
    """Take what others have shared and this machine lacks; nothing where one machine lands alone.

    Raises:
        LakeUnavailable, StorageUnavailable: it was refused.
    """
    if settings.engine not in SHARED:
        return {}
    return _logged("taken", _take_objects(settings) if settings.engine == "objects" else _take_rows(settings))


def _put_rows(settings: Settings) -> dict[str, int]:
    from warehouse.lake.exchange import put_missing

    return asdict(put_missing(settings.layout.landing, lake_of(settings)))


def _take_rows(settings: Settings) -> dict[str, int]:
    from warehouse.lake.exchange import take_missing

    return asdict(take_missing(settings.layout.landing, lake_of(settings)))


def _put_objects(settings: Settings) -> dict[str, int]:
    from warehouse.objects.exchange import put_missing

    return asdict(put_missing(settings.layout.landing, settings.objects))


def _take_objects(settings: Settings) -> dict[str, int]:
    from warehouse.objects.exchange import take_missing

    return asdict(take_missing(settings.layout.landing, settings.objects))


def _logged(event: str, done: dict[str, int]) -> dict[str, int]:
    log(event, **done)
    return done


def care(settings: Settings) -> int:
    """Tidy the lake when nobody else writes into it; return how many of its files were deleted.

    Raises:
        UsageError: the settings name no lake.
        LakeUnavailable: the lake refused.
    """
    from warehouse.lake.exchange import care as care_for

    return care_for(lake_of(settings))


def lake_of(settings: Settings) -> LakeAddress:
    """Return where the lake is.

    Raises:
        UsageError: the settings don't say.
    """
    from warehouse.lake.connection import LakeAddress

    if settings.engine != "ducklake":
        raise UsageError(f"HUBTREE_ENGINE is {settings.engine}: there is no lake", hint="set HUBTREE_ENGINE=ducklake")
    if not settings.lake or not settings.lake_data:
        hint = "for example HUBTREE_LAKE='dbname=lake host=db.example user=hubtree' HUBTREE_LAKE_DATA=/shared/lake/"
        raise UsageError("HUBTREE_ENGINE=ducklake needs HUBTREE_LAKE and HUBTREE_LAKE_DATA", hint=hint)
    return LakeAddress(settings.lake, settings.lake_data)
