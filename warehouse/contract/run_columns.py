"""Columns about what a step of a run took."""

from __future__ import annotations

from typing import Final

from warehouse.contract.column import Column, count, number, text

RUN_COLUMNS: Final[tuple[Column, ...]] = (
    text("run_step", "Step of the run: of a build a function of pipelines.steps, else the verb."),
    number("cpu_seconds", "Processor seconds of all threads of the process while the step ran."),
    count(
        "n_bytes_read", "Bytes of the hub's answers, unpacked; of the imported files; or of the files and tables the step read."
    ),
    count("n_bytes_written", "Bytes of the files the step wrote."),
    count("peak_memory_bytes", "Largest resident memory of the process while the step ran."),
)
