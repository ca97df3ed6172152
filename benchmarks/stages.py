"""Names of stages that the measured processes and the benchmark both know."""

from __future__ import annotations

from typing import Final

DECLARED_GRAPH: Final = ("read the listing", "claims and declared graph", "components", "shape and cycles", "licences")
"""The notebook's stages that give the numbers of the declared graph alone."""

MAKE_TABLES: Final = ("start_build", "parse_cards", "resolve_lineage", "assemble")
"""The steps of a build that make the tables of the models and their lineage."""

ANALYSE: Final = ("analyse",)
"""The step that measures growth and similarity: numbers that the notebook does not compute."""

CHECK_AND_PUBLISH: Final = ("check", "publish")
"""The steps of a build that come after them."""

RESOLVE_AND_DESCRIBE: Final = ("resolve claims", "accept edges", "relate", "families and places")
"""The lineage room alone, from claims to families with shape."""

READ_OUT: Final = ("claims and births read out", "signs of relations read out")
"""The queries that hand the lineage room its tables."""

NOTEBOOK_LINEAGE: Final = ("repair", "families and places")
"""The notebook's stages from claims to families with shape."""
