"""A DuckDB connection with a DuckLake attached, by extensions out of installed wheels: nothing is fetched at run time."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path

import duckdb

from warehouse.errors import LakeUnavailable, UsageError

_PASSWORD = re.compile(r"password\s*=|://[^/\s]*:[^/\s]*@", re.IGNORECASE)
_EXTENSIONS = ("postgres_scanner", "ducklake")
_RETRIES = 100
"""How often DuckLake tries a commit again that another writer overtook; appends never contradict each other."""


@dataclass(frozen=True)
class LakeAddress:
    """Where a lake is."""

    catalog: str
    """The catalogue as Postgres' libpq writes it: ``dbname=lake host=db.example user=hubtree``; a password belongs in
    ``PGPASSWORD`` or ``~/.pgpass``, never here."""
    data: str
    """The folder of the lake's Parquet files, which all machines see under this path."""

    def __post_init__(self) -> None:
        if _PASSWORD.search(self.catalog):  # DuckDB's errors repeat the address
            raise UsageError("HUBTREE_LAKE holds a password", hint="put it into PGPASSWORD or ~/.pgpass")


@contextmanager
def opened(address: LakeAddress) -> Iterator[duckdb.DuckDBPyConnection]:
    """Attach the lake as ``lake`` while the context lasts; every error of DuckDB or Postgres becomes `LakeUnavailable`.

    Raises:
        UsageError: the extra ``lake`` is not installed.
        LakeUnavailable: the catalogue does not answer, or a transaction could not be ended.
    """
    files = [_extension(name) for name in _EXTENSIONS]
    with duckdb.connect() as connection:
        try:
            for file in files:
                connection.load_extension(str(file))
            connection.execute(f"set ducklake_max_retry_count = {_RETRIES}")
            options = f"data_path {_literal(address.data)}, data_inlining_row_limit 0"
            connection.execute(f"attach {_literal('ducklake:postgres:' + address.catalog)} as lake ({options})")
            yield connection
        except duckdb.Error as error:
            words = str(error).strip().splitlines()[0] if str(error).strip() else type(error).__name__
            hint = "see that Postgres runs and the files' folder can be written, then run the same command again"
            raise LakeUnavailable(f"the lake refused: {words}", hint=hint) from error


def _extension(name: str) -> Path:
    spec = find_spec(f"duckdb_extension_{name}")
    if spec is None or not spec.submodule_search_locations:
        raise UsageError("HUBTREE_ENGINE=ducklake needs DuckDB's extensions", hint="pip install 'hubtree[lake]'")
    folder = Path(next(iter(spec.submodule_search_locations)))
    return folder / "extensions" / f"v{duckdb.__version__}" / f"{name}.duckdb_extension"


def _literal(text: str) -> str:
    return "'" + text.replace("'", "''") + "'"
