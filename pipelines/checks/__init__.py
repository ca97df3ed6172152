"""Data checks made from the contract, and the gate before publishing.

Great Expectations is an extra (``hubtree[checks]``): importing this package never imports it, so a build without it records
`unchecked` and goes on.
"""

from pipelines.checks.docs import write_data_docs
from pipelines.checks.gate import gate
from pipelines.checks.results import unchecked
from pipelines.checks.runner import is_available, run_checks

__all__ = ["gate", "is_available", "run_checks", "unchecked", "write_data_docs"]
