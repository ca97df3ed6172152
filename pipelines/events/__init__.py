"""Lineage of our own data: which datasets a step read and wrote, and the one file its events go to."""

from pipelines.events.datasets import Dataset, read_by, written_by

__all__ = ["Dataset", "read_by", "written_by"]
