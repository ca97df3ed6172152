"""What the data can't tell: every warning of identifiability, each with its number and its threshold.

An ``error`` says that the fit means nothing; a ``warning`` what to beware of. Thresholds marked (own) are this house's.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final, Literal

import numpy as np

from pipelines.scaling.arrays import Floats
from pipelines.scaling.fitting.engine import Fit, Problem
from pipelines.scaling.laws.law import Law
from pipelines.scaling.preparation import Observations
from pipelines.scaling.uncertainty.bootstrap import Interval
from pipelines.scaling.uncertainty.profile import tenfold_rise

Severity = Literal["error", "warning"]

FEWEST: Final = 3
"""Distinct values of an axis below which its exponent means nothing."""
FEW_SIZES: Final = 5
"""Sizes that the Hitchhiker's Guide calls a safe bet."""
ON_A_RAY: Final = 0.95
"""|corr(ln N, ln D)| above which the two terms can't be told apart."""
FARTHEST: Final = 10.0
"""(own) Times the largest fitted compute beyond which a forecast is far."""
WIDEST_EXPONENT: Final = 0.5
LARGEST_EXPONENT: Final = 2.0
"""(own) An exponent above it is implausible."""
NO_FLOOR: Final = 1e-3
"""(own) Share of the smallest loss below which a floor has vanished."""
FLAT: Final = 0.01
"""(own) Relative rise of the objective over a tenfold change below which a parameter is not identified."""
APART: Final = 0.1
"""(own) Relative difference of parameters above which a rival optimum is another answer."""
DEPENDENT: Final = 0.5
"""(own) Correlation of neighbouring residuals within runs above which checkpoints are not independent."""


MOST_LOSSES: Final = 100_000
"""(own) Losses in one fit above which they are surely checkpoints that say the same: a fit takes minutes and learns nothing."""


@dataclass(frozen=True)
class Finding:
    """One condition that was met."""

    code: str
    severity: Severity
    value: float
    threshold: float
    words: str


def examine_data(law: Law, seen: Observations) -> list[Finding]:
    """Return what the observations alone say against fitting a law."""
    return [*_axes(law, seen), *_mixtures(law, seen)]


def _axes(law: Law, seen: Observations) -> Iterator[Finding]:
    n_parameters, n_clusters = len(law.names), len(np.unique(seen.size if seen.has_checkpoints else np.arange(seen.n)))
    if seen.n <= n_parameters:
        yield Finding(
            "no_degrees_of_freedom", "error", seen.n, n_parameters,
            f"{seen.n} observations for {n_parameters} parameters: a perfect fit of nothing",
        )  # fmt: skip
    elif n_parameters > n_clusters - 2:
        words = f"{n_parameters} parameters for {n_clusters} independent sizes or runs"
        yield Finding("many_parameters", "warning", n_parameters, n_clusters - 2, words)
    if seen.n > MOST_LOSSES:
        words = f"{seen.n:,} losses in one fit, more than {MOST_LOSSES:,}: take last checkpoints, cut, or thin them"
        yield Finding("too_many_losses", "error", seen.n, MOST_LOSSES, words)
    if seen.n and np.ptp(seen.loss) <= 1e-9 * seen.loss.max():
        yield Finding("constant_loss", "error", float(np.ptp(seen.loss)), 1e-9, "all losses are equal: no law is in them")
    for name in _free_axes(law):
        values = seen.columns[name]
        n_values = len(np.unique(np.round(np.log(values), 2)))
        is_size = name in {"parameter_count", "width", "depth"}
        if n_values < FEWEST:
            yield Finding(f"few_{_word(name)}", "error", n_values, FEWEST, f"{n_values} different {_word(name)}")
        elif is_size and n_values < FEW_SIZES:
            yield Finding(f"few_{_word(name)}", "warning", n_values, FEW_SIZES, f"only {n_values} different {_word(name)}")
        decades = float(np.log10(values.max() / values.min())) if len(values) else 0.0
        if decades < 1:
            yield Finding(f"narrow_{_word(name)}", "warning", decades, 1, f"{_word(name)} span {decades:.2f} decades")
    if {"parameter_count", "token_count"} <= set(_free_axes(law)) and seen.n > FEWEST - 1:
        size, tokens = (np.log(seen.columns[name]) for name in ("parameter_count", "token_count"))
        together = abs(_correlation(size, tokens))
        if together > ON_A_RAY:
            words = f"|corr(ln N, ln D)| is {together:.3f}: the two terms can't be told apart"
            yield Finding("one_ray", "warning", together, ON_A_RAY, words)


def _free_axes(law: Law) -> list[str]:
    """Return the columns whose exponent is fitted; a borrowed exponent asks nothing of its axis."""
    terms = getattr(law, "terms", None)
    if terms is None:
        return list(law.inputs)
    return [term.column for term in terms if law.tied.get(term.exponent, term.exponent) not in law.fixed]


def _word(column: str) -> str:
    known = {"parameter_count": "sizes", "token_count": "token_counts", "compute_flop": "budgets"}
    return known.get(column, f"{column}s".replace("countss", "counts"))


def _mixtures(law: Law, seen: Observations) -> Iterator[Finding]:
    for name, severity in (
        ("tokenizer", "error"), ("log_base", "error"), ("schedule", "warning"), ("parameter_definition", "warning"),
    ):  # fmt: skip
        found = seen.texts.get(name, [])
        if len(found) > 1:
            words = f"{len(found)} values of {name} in one fit: {', '.join(found[:4])}"
            yield Finding(f"mixed_{name}", severity, len(found), 1, words)  # type: ignore[arg-type]  # literals above
    unique = seen.columns.get("unique_token_count", np.full(seen.n, np.nan))
    tokens = seen.columns.get("token_count", np.full(seen.n, np.nan))
    n_repeated = int((tokens > unique * 1.001).sum())
    if n_repeated and "unique_token_count" not in law.inputs and "token_count" in law.inputs:
        words = f"{n_repeated} observations saw tokens again; {law.name} counts each as new"
        yield Finding("repeated_data", "warning", n_repeated, 0, words)
    n_misfits = int(seen.is_misfit.sum())
    if n_misfits:
        words = f"told compute is outside 0.3-3 of 6ND, or falls within a run, in {n_misfits} observations"
        yield Finding("compute_not_6nd", "warning", n_misfits, 0, words)


def examine_fit(fit: Fit, seen: Observations, intervals: dict[str, Interval] | None = None) -> list[Finding]:
    """Return what a fit says against itself."""
    return [*_shape(fit, intervals or {}), *_optimum(fit, seen)]


def _shape(fit: Fit, intervals: dict[str, Interval]) -> Iterator[Finding]:
    problem = Problem(fit.law, fit.columns, fit.target, fit.objective)
    for at, each in enumerate(fit.law.parameters):
        value = fit.estimates[each.name]
        is_exponent = not each.is_log and each.low > 0
        if is_exponent and value > LARGEST_EXPONENT:
            yield Finding("large_exponent", "warning", value, LARGEST_EXPONENT, f"{each.name} is {value:.3g}")
        if is_exponent and each.name in intervals:
            width = intervals[each.name].high - intervals[each.name].low
            limit = min(WIDEST_EXPONENT, value)
            if width > limit:
                words = f"the 95 % interval of {each.name} is {width:.3g} wide"
                yield Finding("wide_exponent", "warning", width, limit, words)
        if each.name == "E" and value < NO_FLOOR * fit.target.min():
            words = f"E is {value:.2g}: the floor has vanished"
            yield Finding("no_floor", "warning", value, NO_FLOOR * float(fit.target.min()), words)
            continue
        rise = tenfold_rise(problem, fit, at)
        if rise < FLAT:
            words = f"a tenfold change of {each.name} costs {rise:.2%} of the objective"
            yield Finding("flat_profile", "warning", rise, FLAT, words)
    for name in fit.certificate.at_bound:
        if name != "E":
            words = f"{name} ended at a bound ({fit.estimates[name]:.3g})"
            yield Finding("at_bound", "warning", fit.estimates[name], fit.estimates[name], words)


def _optimum(fit: Fit, seen: Observations) -> Iterator[Finding]:
    if not fit.certificate.is_converged:
        norm = fit.certificate.gradient_norm
        yield Finding("not_converged", "error", norm, 0, f"no optimum was reached (gradient {norm:.1e})")
    natural, best = fit.law.natural(fit.certificate.rivals), fit.law.natural(fit.theta[None])[0]
    for rival in natural:
        apart = float(np.max(np.abs(rival / best - 1)))
        if apart > APART:
            words = f"another optimum within 0.1 % has parameters up to {apart:.0%} away"
            yield Finding("several_optima", "warning", apart, APART, words)
            break
    if seen.has_checkpoints:
        together = lag_correlation(fit.residuals, seen.run)
        if together > DEPENDENT:
            words = f"neighbouring checkpoints' residuals correlate with {together:.2f}: resample runs, not checkpoints"
            yield Finding("dependent_checkpoints", "warning", together, DEPENDENT, words)


def examine_rival(law: Law, are: float, simpler_are: float) -> list[Finding]:
    """Return whether a law that must earn belief errs no less on the held-out model than the simpler one does."""
    if are < simpler_are:
        return []
    words = (
        f"{law.simpler} foretells the largest model as well ({simpler_are:.2%} against {are:.2%}): do not believe {law.name}"
    )
    return [Finding("loses_to_simpler", "warning", are, simpler_are, words)]


def examine_reach(compute_flop: float, seen: Observations) -> list[Finding]:
    """Return whether a target lies far beyond the data; the factor is worth showing in any case (`reach`)."""
    factor = reach(compute_flop, seen)
    if not factor > FARTHEST:
        return []
    words = f"the target has {factor:,.0f} times the largest fitted compute"
    return [Finding("far_target", "warning", factor, FARTHEST, words)]


def reach(compute_flop: float, seen: Observations) -> float:
    """Return target compute over the largest fitted one; NaN where none is known."""
    known = seen.columns.get("compute_flop", np.empty(0))
    largest = float(np.nanmax(known)) if len(known) and np.isfinite(known).any() else np.nan
    return compute_flop / largest


def lag_correlation(residuals: Floats, run: Floats | np.ndarray) -> float:
    """Return the correlation of residuals of neighbouring checkpoints, over all runs; rows in the order of tokens."""
    order = np.argsort(run, kind="stable")
    ordered, labels = residuals[order], np.asarray(run)[order]
    same = labels[1:] == labels[:-1]
    return _correlation(ordered[:-1][same], ordered[1:][same]) if same.sum() > FEWEST else 0.0


def _correlation(one: Floats, other: Floats) -> float:
    if len(one) < FEWEST or np.ptp(one) == 0 or np.ptp(other) == 0:
        return 0.0
    return float(np.corrcoef(one, other)[0, 1])
