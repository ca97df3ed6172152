"""The tables of docs/licences.md that are made from the code tables: ``python -m benchmarks.license_page`` prints them."""

from __future__ import annotations

from collections.abc import Sequence

from warehouse import codes


def rules_table() -> str:
    """Return the rules as a Markdown table."""
    columns = ("rule_id", "license", "child", "condition", "obligation", "verdict", "confidence", "clause")
    return _table(columns, codes.frame("license_rules").select(columns).rows())


def doubts_table() -> str:
    """Return the doubts as a Markdown table."""
    columns = ("doubt", "factor", "meaning")
    return _table(columns, codes.frame("license_doubts").select(columns).rows())


def _table(columns: Sequence[str], rows: Sequence[tuple[object, ...]]) -> str:
    head = [f"| {' | '.join(columns)} |", "|" + "---|" * len(columns)]
    return "\n".join([*head, *(f"| {' | '.join(str(cell) for cell in row)} |" for row in rows)])


def main() -> None:
    """Print both tables."""
    print(rules_table(), doubts_table(), sep="\n\n")


if __name__ == "__main__":
    main()
