"""Great Expectations, imported without its look for Spark, which no check of a DuckDB file needs."""

from __future__ import annotations

import importlib
import os
import sys
from typing import Any, Final

_NOT_LOOKED_FOR: Final = ("pyspark", "pyspark.sql.connect")
"""An installed pyspark without the packages of Spark Connect ends the process, with exit code 0, when that part is imported."""


def load() -> Any:
    """Return the package ``great_expectations``.

    Raises:
        ImportError: the extra checks is not installed.
    """
    os.environ["GX_ANALYTICS_ENABLED"] = "false"  # read when the package is imported
    hidden = [name for name in _NOT_LOOKED_FOR if name not in sys.modules]
    modules: dict[str, Any] = sys.modules
    modules.update(dict.fromkeys(hidden))  # None among them: the import fails as if it were not installed
    try:
        return importlib.import_module("great_expectations")
    finally:
        for name in hidden:
            del modules[name]
