"""The contract: what each table and column of the published file means, and what must hold for it.

One entry a column name (`warehouse.contract.columns`) and one entry a table (`warehouse.contract.tables`). Comments in the
database, the data dictionary and the data checks are all made from these two, so they can't disagree.
"""

from warehouse.contract.column import Column
from warehouse.contract.columns import COLUMNS
from warehouse.contract.table import Rule, Table
from warehouse.contract.tables import CONTRACT_VERSION, TABLES

__all__ = ["COLUMNS", "CONTRACT_VERSION", "TABLES", "Column", "Rule", "Table"]
