"""Where things lie on disk, below one home folder (``HUBTREE_HOME``)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from pathlib import Path


@dataclass(frozen=True)
class Layout:
    """The folders of one hubtree home."""

    home: Path

    @property
    def landing(self) -> Path:
        """Immutable Parquet of what was seen; the only history there is."""
        return self.home / "landing"

    @property
    def build(self) -> Path:
        """One folder a build, thrown away on failure and after publishing."""
        return self.home / "build"

    @property
    def published(self) -> Path:
        """The read-only DuckDB files; ``hub.duckdb`` is a link to the newest."""
        return self.home / "published"

    @property
    def database(self) -> Path:
        """The name readers open."""
        return self.published / "hub.duckdb"

    def database_of(self, day: date) -> Path:
        """Return the file of what was known at the end of a day; `hubtree build --as-of` makes it."""
        return self.published / f"hub-as-of-{day}.duckdb"

    @property
    def extracts(self) -> Path:
        """What leaves the house: tables as Parquet, CSV and JSON Lines, families as graphs, with a manifest."""
        return self.home / "extracts"

    @property
    def own_extracts(self) -> Path:
        """Definitions of extracts that this home adds to those of ``sql/extracts/``: one SQL file each."""
        return self.home / "sql" / "extracts"

    @property
    def dashboard(self) -> Path:
        """The static site; its ``index.html`` opens in any browser."""
        return self.home / "dashboard"

    @property
    def cache(self) -> Path:
        """Derived and disposable: parsed cards by content hash."""
        return self.home / "cache"

    @property
    def docs(self) -> Path:
        """Data Docs: the check results as HTML."""
        return self.home / "data-docs"

    @property
    def airflow(self) -> Path:
        """Airflow's home: its database, logs and generated passwords."""
        return self.home / "airflow"

    @property
    def lineage(self) -> Path:
        """OpenLineage events of the DAGs' runs, one a line."""
        return self.home / "lineage" / "openlineage.jsonl"

    def build_dir(self, build_id: str) -> Path:
        """Return the folder of one build."""
        return self.build / build_id
