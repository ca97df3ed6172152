"""Scores of tasks: the two steps from compute to loss to score, with intervals carried through; capabilities behind benchmarks.

Observational laws (Ruan, Maddison and Hashimoto 2024, "Observational Scaling Laws and the Predictability of Language Model
Performance"): principal components of published scores stand for capability, each family turns compute into it at its own rate.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from scipy.stats import f as f_distribution

from pipelines.scaling.arrays import Floats, Ints
from pipelines.scaling.fitting.engine import Fit, fit_law
from pipelines.scaling.laws.law import Columns
from pipelines.scaling.laws.links import LINKS
from pipelines.scaling.objective import Objective
from pipelines.scaling.uncertainty.bootstrap import Bootstrap, Interval, percentiles


def fit_link(name: str, loss: Floats, score: Floats, *, delta: float = np.inf) -> Fit:
    """Fit a link from loss (or capability) to score; least squares unless a delta (in units of the score) is given."""
    return fit_law(LINKS[name], {LINKS[name].inputs[0]: loss}, score, objective=Objective(delta, "raw"))


def two_steps(losses: Bootstrap, link: Bootstrap, target: Columns) -> Interval:
    """Return the score foretold at one target, from the law of its loss and the link; errors of both steps are in the interval.

    Args:
        losses: the law's replicates.
        link: the link's replicates.
        target: the law's inputs, one value each.
    """
    law, score = losses.fit.law, link.fit.law
    best = score.predict({"loss": law.predict(target, losses.fit.theta)[0]}, link.fit.theta)[0, 0]
    n = min(len(losses.theta), len(link.theta))
    spread = [score.predict({"loss": law.predict(target, losses.theta[at])[0]}, link.theta[at])[0, 0] for at in range(n)]
    return Interval(float(best), *percentiles(np.array(spread), 0.95))


@dataclass(frozen=True)
class Components:
    """Principal components of a table of scores."""

    shares: Floats
    """Share of the variance of each, descending."""
    loadings: Floats
    """(n_components, n_scores); the largest entry of each is positive."""
    values: Floats
    """(n_models, n_components)"""


def principal_components(scores: Floats) -> Components:
    """Return the principal components of scores, (n_models, n_scores), centred and not scaled; rows are complete."""
    centred = scores - scores.mean(axis=0)
    _, sizes, loadings = np.linalg.svd(centred, full_matrices=False)
    sign = np.sign(loadings[np.arange(len(loadings)), np.abs(loadings).argmax(axis=1)])
    loadings = loadings * sign[:, None]
    return Components(sizes**2 / (sizes**2).sum(), loadings, centred @ loadings.T)


@dataclass(frozen=True)
class FamilySlopes:
    """Capability against ln C: one intercept a family, and one slope for all or one each."""

    intercepts: Floats
    """(n_families,)"""
    shared_slope: float
    own_slopes: Floats
    """(n_families,)"""
    f_statistic: float
    """Of own slopes against a shared one."""
    p_value: float


def capability_of_compute(capability: Floats, compute_flop: Floats, family: Ints) -> FamilySlopes:
    """Fit capability = slope ln C + intercept of the family, with a shared slope and with own ones, and test the difference.

    Families of one model say nothing of a slope; they get the shared one.
    """
    _, member = np.unique(family, return_inverse=True)
    n_families, log_c = int(member.max()) + 1, np.log(compute_flop)
    count = np.bincount(member)
    mean_x, mean_y = (np.bincount(member, weights=each) / count for each in (log_c, capability))
    x, y = log_c - mean_x[member], capability - mean_y[member]
    shared = float((x @ y) / (x @ x))
    xx, xy = (np.bincount(member, weights=each) for each in (x * x, x * y))
    own = np.divide(xy, xx, out=np.full(n_families, shared), where=xx > 0)
    left_shared, left_own = float(((y - shared * x) ** 2).sum()), float(((y - own[member] * x) ** 2).sum())
    more, room = int((xx > 0).sum()) - 1, len(y) - n_families - int((xx > 0).sum())
    statistic = (left_shared - left_own) / more / (left_own / room) if more > 0 and room > 0 and left_own > 0 else np.nan
    p_value = float(f_distribution.sf(statistic, more, room)) if np.isfinite(statistic) else np.nan
    return FamilySlopes(mean_y - shared * mean_x, shared, own, float(statistic), p_value)


@dataclass(frozen=True)
class Observational:
    """The three steps of an observational law for one benchmark: compute to capability by family, capability to score."""

    slopes: FamilySlopes
    families: tuple[str, ...]
    """In the order of ``slopes.intercepts``."""
    link: Fit

    def score(self, compute_flop: Floats, family: str) -> Floats:
        """Return the score that a family's compute (FLOP) buys, (n,).

        Raises:
            ValueError: the family was not among those fitted.
        """
        intercept = self.slopes.intercepts[self.families.index(family)]
        capability = intercept + self.slopes.shared_slope * np.log(compute_flop)
        return np.asarray(self.link.law.predict({"capability": capability}, self.link.theta)[0])


def observational_law(scores: Floats, target: Floats, compute_flop: Floats, families: Sequence[str]) -> Observational:
    """Fit a benchmark's score by capability, and capability by compute with one slope and own intercepts of families.

    Args:
        scores: (n_models, n_scores) of other benchmarks, complete: their first principal component is capability.
        target: the benchmark's scores, shares, (n_models,).
        compute_flop: training compute, (n_models,).
        families: each model's family.
    """
    capability = principal_components(scores).values[:, 0]
    names, member = np.unique(np.asarray(families), return_inverse=True)
    slopes = capability_of_compute(capability, compute_flop, member.astype(np.int64))
    return Observational(slopes, tuple(map(str, names)), fit_link("score_from_capability", capability, target))
