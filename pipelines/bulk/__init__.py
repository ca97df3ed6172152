"""Bulk import: files that people already have, read into the same landing zone as a crawl."""

from pipelines.bulk.importing import ImportReport, import_file
from pipelines.bulk.sources import Kind

__all__ = ["ImportReport", "Kind", "import_file"]
