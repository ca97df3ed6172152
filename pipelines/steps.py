"""The verbs: one function a step, called by the command line, the DAGs and the tests alike.

Every step takes the settings and plain values, and returns a small mapping of plain values for people and logs. No token
is ever an argument or a result.
"""

from __future__ import annotations
