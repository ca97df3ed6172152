"""What a user says of measurements to import, before anything is read."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass


@dataclass(frozen=True)
class Wish:
    """What a user said of measurements to import."""

    source: str
    """A path, or the name of a release."""
    kind: str
    format: str | None = None
    mapping: Sequence[str] = ()
    name: str | None = None
    """What the source is called in the tables."""
    license: str | None = None
    citation: str | None = None
    url: str | None = None

    @property
    def told(self) -> Mapping[str, str | None]:
        """What the user said of the source, under the names of landing columns."""
        said = {"source_license": self.license, "source_citation": self.citation, "source_url": self.url}
        return {key: value for key, value in said.items() if value}
