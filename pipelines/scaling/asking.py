"""What is asked of studied series: forecasts, allocations of compute, laws side by side; each with intervals and reach."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace

import numpy as np
import polars as pl

from pipelines.scaling.allocation import FLOP_PER_PARAMETER_TOKEN, allocate, optimum_exponent
from pipelines.scaling.arrays import Floats
from pipelines.scaling.identifiability import Finding, examine_reach, reach
from pipelines.scaling.relatives import TESTS, borrowed_studies, exponent_tests
from pipelines.scaling.selection import rolling
from pipelines.scaling.study import Protocol, Study, study_all
from pipelines.scaling.uncertainty.bootstrap import Interval, percentiles


@dataclass(frozen=True)
class Answer:
    """What one study says of one question."""

    study: Study
    values: dict[str, Interval]
    reach: float
    """Target compute over the largest fitted one."""
    findings: tuple[Finding, ...]


def forecast(study: Study, target: dict[str, float]) -> Answer | None:
    """Return the loss at a target, inputs by column name; None where the study is refused.

    Raises:
        KeyError: the law reads a column that the target does not have.
    """
    if study.fit is None:
        return None
    law = study.fit.law
    if missing := [name for name in law.inputs if name not in target]:
        raise KeyError(f"{law.name} needs {', '.join(missing)}")
    columns = {name: np.array([target[name]]) for name in law.inputs}
    known = {"parameter_count", "token_count"} <= set(target)
    compute = FLOP_PER_PARAMETER_TOKEN * target["parameter_count"] * target["token_count"] if known else np.nan
    flop = target.get("compute_flop", compute)
    found = _interval(study, lambda theta: law.predict(columns, theta)[:, 0])
    return Answer(study, {"loss": found}, reach(flop, study.seen), tuple(examine_reach(flop, study.seen)))


def best_split(study: Study, compute_flop: float, given: dict[str, float] | None = None) -> Answer | None:
    """Return N*, D*, D*/N*, the loss there and the exponent of N*, for a budget; None where the study is refused."""
    if study.fit is None:
        return None
    law = study.fit.law
    best = allocate(law, study.fit.theta[None], compute_flop, given)
    spread = None if study.replicates is None else allocate(law, study.replicates.theta, compute_flop, given)
    values = {}
    for name in ("parameter_count", "token_count", "tokens_per_parameter", "loss"):
        ends = (np.nan, np.nan) if spread is None else percentiles(getattr(spread, name), 0.95)
        values[name] = Interval(float(getattr(best, name)[0]), *ends)
    if {"alpha", "beta"} <= set(study.fit.estimates):
        values["optimum_exponent"] = _interval(study, lambda theta: optimum_exponent(law.every_natural(theta)))
    return Answer(study, values, reach(compute_flop, study.seen), tuple(examine_reach(compute_flop, study.seen)))


def _interval(study: Study, of: Callable[[Floats], Floats]) -> Interval:
    if study.replicates is not None:
        return study.replicates.interval(of)
    at_best = np.nan if study.fit is None else float(of(study.fit.theta[None])[0])
    return Interval(at_best, np.nan, np.nan)


def side_by_side(losses: pl.DataFrame, protocol: Protocol, laws: tuple[str, ...]) -> tuple[pl.DataFrame, pl.DataFrame]:
    """Return one row a series and law: how it fits, and how it foretells what it did not see, beside both baselines; and tests.

    Args:
        losses: observations in nats.
        protocol: everything but the law.
        laws: names.

    Returns:
        series, law, n_observations, n_parameters, objective, aicc, bic, n_effective; are, best_seen_are, last_checkpoint_are
        with the largest model held out; rolling_are (mean over the sizes from the fourth on); is_beaten_by_baseline,
        findings, borrowed_from; sorted by series, then by the order of laws, where a series refused for its few sizes has a
        second row with A and alpha of a relative. Information criteria compare within a series alone. The tests are those of
        `relatives.exponent_tests`, empty without the additive law.
    """
    rows, tests = [], pl.DataFrame(schema=TESTS)
    for law in laws:
        studies = study_all(losses, replace(protocol, law=law, fixed=()))
        if law == "chinchilla":
            tests = exponent_tests(studies)
            studies = [*studies, *borrowed_studies(losses, studies)]
        rows += [{"series": each.series, "order": laws.index(law), "law": law, **_scores(each)} for each in studies]
    order = ["series", "order", "borrowed_from"]
    return pl.DataFrame(rows, infer_schema_length=None, schema_overrides={"borrowed_from": pl.String}).sort(
        order, nulls_last=False
    ).drop("order"), tests


def _scores(study: Study) -> dict[str, object]:
    held, told = study.held_out, study.criteria
    steps = rolling(study.fit.law, study.seen, study.protocol.objective) if study.fit is not None else []
    return {
        "n_observations": study.seen.n,
        "n_parameters": len(study.protocol.form.names),
        "objective": study.fit.value if study.fit else None,
        "aicc": told.aicc if told and np.isfinite(told.aicc) else None,
        "bic": told.bic if told else None,
        "n_effective": told.n_effective if told else None,
        "are": held.are if held else None,
        "best_seen_are": held.best_seen_are if held else None,
        "last_checkpoint_are": held.last_checkpoint_are if held else None,
        "rolling_are": float(np.mean([step.are for step in steps])) if steps else None,
        "is_beaten_by_baseline": held.is_beaten if held else None,
        "borrowed_from": study.protocol.borrowed_from or None,
        "findings": ", ".join(dict.fromkeys(finding.code for finding in study.findings)),
    }
