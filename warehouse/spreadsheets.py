"""Text cells that a spreadsheet would run as a formula, and how CSV files defuse them.

A cell that begins with one of these characters is written with an apostrophe before it, as OWASP's "CSV injection" page
advises; numbers, dates and truth values are left as they are. Whoever reads the CSV with a program and wants the text back
takes one leading apostrophe away where one of these characters follows it; the Parquet file holds the text untouched.
"""

from __future__ import annotations

from typing import Final

FORMULA_STARTS: Final = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")
"""ASCII ones, white space that spreadsheets skip before a formula, and the full-width forms that some of them accept."""

GUARD: Final = "'"
"""What stands before such a character; spreadsheets show the rest as text."""
