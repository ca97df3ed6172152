"""The figures as a section of a Markdown page, so that nobody copies a number by hand."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

from benchmarks.report import Part, Row

MARK = "<!-- Written by `python -m benchmarks --page`; what follows is replaced. -->"


def write_results(page: Path, parts: Sequence[Part], facts: Sequence[Mapping[str, object]], rounds: int) -> None:
    """Replace what follows the mark in a page; what stands before it is kept."""
    before = page.read_text(encoding="utf-8").partition(MARK)[0] if page.is_file() else ""
    lines = [MARK, "", *("- " + ", ".join(f"{name} {value}" for name, value in each.items()) for each in facts)]
    lines += [f"- rounds: {rounds}", "", *_asked_for(parts)]
    for part in parts:
        lines += ["", f"### {part.title}", "", *_details(part)]
    page.write_text(before + "\n".join(lines) + "\n", encoding="utf-8")


def _asked_for(parts: Sequence[Part]) -> Iterator[str]:
    """Yield the table of the figures that have a target."""
    yield from ("| figure | measured | target |", "|---|---|---|")
    for part in parts:
        for found in part.findings:
            if found.target:
                yield f"| {part.title}: {found.what} | {found.text} | {found.target} |"


def _details(part: Part) -> Iterator[str]:
    if part.skipped:
        yield f"Skipped: {part.skipped}"
        return
    yield from ("| | wall s | CPU s | peak MB |", "|---|---:|---:|---:|")
    yield from (_cells(row) for row in part.rows)
    others = [f"{found.what}: {found.text}" for found in part.findings if not found.target]
    if others:
        yield from ("", "; ".join(others) + ".")


def _cells(row: Row) -> str:
    cpu = "" if row.cpu_seconds is None else f"{row.cpu_seconds:.2f}"
    peak = f"{row.peak_bytes / 1e6:,.0f}" if row.peak_bytes else ""
    indent = "– " if row.what.startswith(" ") else ""
    return f"| {indent}{row.what.strip()} | {row.wall_seconds:.2f} | {cpu} | {peak} |"
