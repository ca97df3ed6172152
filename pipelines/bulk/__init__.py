"""Bulk import: files that people already have, read into the same landing zone as a crawl."""

from pipelines.bulk.importing import ImportReport, Kind, import_file

__all__ = ["ImportReport", "Kind", "import_file"]
