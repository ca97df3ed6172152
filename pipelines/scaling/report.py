"""A study as plain values: what a program reads, and what a person does."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict
from typing import Any

import numpy as np

from pipelines.scaling.study import Study
from pipelines.scaling.uncertainty.bootstrap import Interval


def as_values(study: Study) -> dict[str, Any]:
    """Return a study as a mapping of plain values, ready for JSON; NaN and infinity become null."""
    told: dict[str, Any] = {
        "series": study.series,
        "source": study.group[0],
        "law": study.protocol.law,
        "form": study.protocol.form.form,
        "n_observations": study.seen.n,
        "n_runs": len(np.unique(study.seen.run)),
        "n_sizes": len(np.unique(study.seen.size)),
        "cut": study.cut_words,
        "protocol_hash": study.protocol.hash,
        "data_hash": study.data_hash,
        "is_refused": study.is_refused,
        "parameters": {name: estimate(each) for name, each in study.intervals.items()},
        "borrowed": dict(study.protocol.fixed),
        "borrowed_from": study.protocol.borrowed_from,
        "findings": [asdict(finding) for finding in study.findings],
    }
    values: dict[str, Any] = plain({**told, **_fitted(study)})
    return values


def _fitted(study: Study) -> dict[str, Any]:
    if study.fit is None:
        return {}
    told = study.fit.certificate
    found: dict[str, Any] = {
        "objective": study.fit.value,
        "delta": study.fit.objective.delta,
        "space": study.fit.objective.space,
        "log_base": "e",
        "parameter_definition": study.seen.texts.get("parameter_definition", []),
        "certificate": {
            "is_converged": told.is_converged,
            "gradient_norm": told.gradient_norm,
            "smallest_eigenvalue": told.smallest_eigenvalue,
            "largest_eigenvalue": told.largest_eigenvalue,
            "n_starts": told.n_starts,
            "share_at_best": told.share_at_best,
            "n_rivals": len(told.rivals),
            "at_bound": list(told.at_bound),
        },
    }
    if study.replicates is not None:
        spread = study.replicates
        found["bootstrap"] = {
            "resampling": spread.how,
            "n_replicates": len(spread.theta),
            "n_clusters": spread.n_clusters,
            "seed": spread.seed,
            "n_converged": int(spread.is_converged.sum()),
        }
    if study.criteria is not None:
        found["criteria"] = asdict(study.criteria)
    found["held_out_largest"] = _held_out(study)
    return found


def _held_out(study: Study) -> dict[str, Any] | None:
    held = study.held_out
    if held is None:
        return None
    return {
        "parameter_count": held.target_parameter_count,
        "n_targets": len(held.predicted),
        "n_train_sizes": held.n_train_sizes,
        "are": held.are,
        "best_seen_are": held.best_seen_are,
        "last_checkpoint_are": held.last_checkpoint_are,
        "is_beaten_by_baseline": held.is_beaten,
    }


def estimate(interval: Interval) -> dict[str, float]:
    """Return an estimate with its interval under the names of the tables."""
    return {"estimate": interval.estimate, "low95": interval.low, "high95": interval.high}


def plain(value: Any) -> Any:
    """Return a value without numbers that JSON has no word for."""
    if isinstance(value, Mapping):
        return {key: plain(item) for key, item in value.items()}
    if isinstance(value, (list, tuple)):
        return [plain(item) for item in value]
    if isinstance(value, (float, np.floating)):
        return float(value) if np.isfinite(value) else None
    return value.item() if isinstance(value, np.generic) else value


def in_words(study: Study) -> list[str]:
    """Return a study as lines for people: what was fitted, parameters, forecast, findings."""
    head = f"{study.series}: {study.protocol.form.form}"
    lines = [head, f"  {study.seen.n:,} losses of {len(np.unique(study.seen.size))} sizes; left out: {study.cut_words}"]
    if study.fit is None:
        return [*lines, *(f"  refused: {each.words}" for each in study.findings if each.severity == "error")]
    delta = "least squares" if np.isinf(study.fit.objective.delta) else f"Huber delta {study.fit.objective.delta:g}"
    told = study.fit.certificate
    lines.append(
        f"  objective {study.fit.value:.10g} ({delta}, {study.fit.objective.space} residuals),"
        f" gradient {told.gradient_norm:.0e}, {told.share_at_best:.0%} of {told.n_starts} starts ended there"
    )
    if study.replicates is not None:
        n, how = len(study.replicates.theta), study.replicates.how
        lines.append(f"  95 % intervals from {n:,} replicates, resampling {how} ({study.replicates.n_clusters} of them)")
    for name, each in study.intervals.items():
        source = f"  borrowed {study.protocol.borrowed_from}".rstrip() if name in study.fit.law.fixed else ""
        lines.append(f"    {name:<8} {number(each.estimate):>12}   {number(each.low):>12} to {number(each.high)}{source}")
    if study.held_out is not None:
        held = study.held_out
        beaten = "; a baseline is better than the law" if held.is_beaten else ""
        lines.append(
            f"  largest model held out ({number(held.target_parameter_count)}): error {held.are:.2%}, best seen"
            f" {held.best_seen_are:.2%}, last checkpoint {held.last_checkpoint_are:.2%}{beaten}"
        )
    return [*lines, *(f"  {each.severity}: {each.words}" for each in study.findings)]


def number(value: float) -> str:
    """Return a number with five digits that count."""
    return f"{value:,.0f}" if 1e4 <= abs(value) < 1e7 else f"{value:.5g}"
