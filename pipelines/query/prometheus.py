"""The state of a home in Prometheus' text format: sizes, freshness, coverage, and how the last runs ended.

Source of the form: Prometheus documentation, "Exposition formats", text format 0.0.4.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, datetime
from typing import Any, Final

_OVERVIEW: Final = {
    "n_models": ("models", "Models that the hub had when last seen."),
    "n_models_with_parents": ("models_with_parents", "Models with an accepted parent."),
    "n_claims": ("parent_claims", "Statements that a model has a parent."),
    "n_edges": ("edges", "Accepted parent-child pairs."),
    "n_families": ("families", "Families in scope no_merges."),
    "n_cards": ("cards", "Models whose card is known."),
    "n_quarantined": ("quarantined", "Records and fields that could not be read."),
    "n_warnings": ("check_warnings", "Checks of severity warn that did not hold."),
    "newest_observation_at": ("newest_observation_timestamp_seconds", "When a model was last seen."),
    "built_at": ("built_timestamp_seconds", "When the published file was built."),
}
"""Column of the status overview -> (name of the metric after hubtree_, help)."""

_RUNS: Final = {
    "finished_at": ("finished_timestamp_seconds", "When the last run of a verb ended."),
    "seconds": ("duration_seconds", "How long it took."),
    "n_rows": ("rows", "Rows it landed, or models it built."),
    "n_requests": ("requests", "Requests it sent: what it spent of the hub's rate budget."),
    "seconds_waited": ("waited_seconds", "How long it waited for the hub's rate budget."),
}

_STEPS: Final = {
    "seconds": ("duration_seconds", "How long a step of the last run of a verb took."),
    "cpu_seconds": ("cpu_seconds", "Processor seconds it took."),
    "n_bytes_read": ("read_bytes", "Bytes it read: of the hub's answers, of imported files, of tables."),
    "n_bytes_written": ("written_bytes", "Bytes of the files it wrote."),
    "peak_memory_bytes": ("peak_memory_bytes", "Largest resident memory of its process meanwhile."),
}


def prometheus_text(status: Mapping[str, Sequence[Mapping[str, Any]]]) -> str:
    """Return one gauge a figure of `read_status`; a figure that is not known is left out."""
    overview, runs = status["overview"][0], status["last_runs"]
    lines: list[str] = []
    for column, (name, meaning) in _OVERVIEW.items():
        lines += _gauge(f"hubtree_{name}", meaning, [("", overview[column])])
    lines += _gauge("hubtree_card_coverage_ratio", "Share of models whose card is known.", [("", _share(overview, "n_cards"))])
    for column, (name, meaning) in _RUNS.items():
        lines += _gauge(f"hubtree_last_run_{name}", meaning, [(_labels(run), run[column]) for run in runs])
    failed = [(_labels(run), int(run["status"] == "failed")) for run in runs]
    lines += _gauge("hubtree_last_run_failed", "1 if the last run of a verb failed.", failed)
    steps = [(_labels(step, "verb", "run_step"), step) for step in status["last_steps"]]
    for column, (name, meaning) in _STEPS.items():
        lines += _gauge(f"hubtree_last_step_{name}", meaning, [(labels, step[column]) for labels, step in steps])
    return "\n".join(lines) + "\n"


def _gauge(name: str, meaning: str, samples: Sequence[tuple[str, Any]]) -> Iterator[str]:
    known = [(labels, value) for labels, value in samples if value is not None]
    if known:
        yield f"# HELP {name} {meaning}"
        yield f"# TYPE {name} gauge"
    for labels, value in known:
        yield f"{name}{labels} {_number(value)}"


def _labels(row: Mapping[str, Any], *names: str) -> str:
    """Return verb and step as labels; they come out of closed vocabularies, so nothing needs quoting."""
    told = ",".join(f'{name.removeprefix("run_")}="{row[name]}"' for name in names or ("verb",))
    return f"{{{told}}}"


def _share(overview: Mapping[str, Any], column: str) -> float | None:
    return overview[column] / overview["n_models"] if overview["n_models"] else None


def _number(value: Any) -> str:
    """Write a figure; instants are naive UTC and become seconds since 1970."""
    return repr(value.replace(tzinfo=UTC).timestamp() if isinstance(value, datetime) else value)
