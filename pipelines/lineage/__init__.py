"""Claims to families, pure."""

from pipelines.lineage.tree import family_tree

__all__ = ["family_tree"]
