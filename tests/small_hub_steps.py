"""What the steps of the small hub's two runs took."""

from __future__ import annotations

from typing import Final

from small_hub_rows import Row, at

RUN_STEPS: Final[list[Row]] = [
    {
        "run_id": run_id,
        "run_step": step,
        "started_at": at(began),
        "finished_at": at(ended),
        "cpu_seconds": 90.0,
        "n_bytes_read": 2_000_000,
        "n_bytes_written": 500_000,
        "peak_memory_bytes": 300_000_000,
    }
    for run_id, step, began, ended in (
        ("r1", "crawl", "2024-07-11T01:00", "2024-07-11T01:30"),
        ("r2", "start_build", "2024-07-11T02:00", "2024-07-11T02:10"),
        ("r2", "assemble", "2024-07-11T02:10", "2024-07-11T02:30"),
    )
]
