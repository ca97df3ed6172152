"""Strength shared between families: one pair of exponents for all against one each, and exponents borrowed by name.

The Hitchhiker's Guide (Choshen et al. 2024, section 6) finds that families differ in their coefficients more than in their
exponents, so a family of few models may borrow a relative's.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np
from scipy.stats import chi2

from pipelines.scaling.arrays import Floats
from pipelines.scaling.fitting.engine import Fit, fit_law
from pipelines.scaling.laws.additive import Chinchilla
from pipelines.scaling.laws.design import LogSumDesign
from pipelines.scaling.laws.law import Columns, Law, Parameter, coefficient, exponent, floor
from pipelines.scaling.objective import Objective
from pipelines.scaling.uncertainty.likelihood import log_likelihood


@dataclass(frozen=True)
class PooledChinchilla(Law):
    """The additive law of several families: own floors and coefficients, shared exponents."""

    name = "pooled_chinchilla"
    form = "L = E_f + A_f/N^alpha + B_f/D^beta for family f"
    source = "Choshen et al. 2024, section 6, with all families fitted together"
    inputs = ("parameter_count", "token_count", "family")
    n_families: int = field(default=2)

    @property
    def all_parameters(self) -> tuple[Parameter, ...]:
        """E_f, A_f and B_f of each family, then alpha and beta."""
        labels = range(self.n_families)
        return (
            *(floor(f"E_{label}") for label in labels),
            *(coefficient(f"A_{label}", "weight of parameters") for label in labels),
            *(coefficient(f"B_{label}", "weight of training tokens") for label in labels),
            exponent("alpha", "exponent of parameters"),
            exponent("beta", "exponent of training tokens"),
        )

    def full_design(self, columns: Columns) -> LogSumDesign:
        """Return the design: each family's own rows of E, A and B."""
        size, n = self.n_families, len(columns["family"])
        mine = (columns["family"][None] == np.arange(size)[:, None]).astype(np.float64)
        slopes = np.zeros((3, 3 * size + 2, n))
        for term in range(3):
            slopes[term, term * size : (term + 1) * size] = mine
        slopes[1, -2], slopes[2, -1] = -np.log(columns["parameter_count"]), -np.log(columns["token_count"])
        return LogSumDesign(slopes, np.zeros((3, n)))

    def centring(self, columns: Columns) -> Floats:
        """Return the matrix that takes ln N and ln D about their means."""
        size = self.n_families
        matrix = np.eye(3 * size + 2)
        matrix[size : 2 * size, -2] = np.log(columns["parameter_count"]).mean()
        matrix[2 * size : 3 * size, -1] = np.log(columns["token_count"]).mean()
        return matrix

    def starts(self, columns: Columns, target: Floats, weight: Floats) -> Floats:
        """Return each family's best exponents, and their mean, with every family's coefficients solved for at them."""
        own = [self._rows(columns, target, weight, label) for label in range(self.n_families)]
        pairs = [Chinchilla().starts(*rows)[0, 3:] for rows in own]
        candidates = [self._at(own, pair) for pair in (*pairs, np.mean(pairs, axis=0), np.median(pairs, axis=0))]
        return np.array(candidates)

    @staticmethod
    def _at(own: Sequence[tuple[Columns, Floats, Floats]], pair: Floats) -> Floats:
        law = Chinchilla().with_fixed(alpha=float(pair[0]), beta=float(pair[1]))
        best = np.array([law.starts(*rows)[0] for rows in own])
        return np.concatenate((best.T.ravel(), pair))

    @staticmethod
    def _rows(columns: Columns, target: Floats, weight: Floats, label: int) -> tuple[Columns, Floats, Floats]:
        at = columns["family"] == label
        return {name: columns[name][at] for name in ("parameter_count", "token_count")}, target[at], weight[at]


@dataclass(frozen=True)
class Shared:
    """A pooled fit against free ones."""

    pooled: Fit
    free: tuple[Fit, ...]
    statistic: float
    """Twice the log likelihood that own exponents gain, at one residual scale for all."""
    n_freed: int
    p_value: float
    aic_gain: float
    """AIC of the free fits less that of the pooled one: positive speaks for sharing."""


def share_exponents(
    families: Sequence[tuple[Columns, Floats]], objective: Objective | None = None, n_effective: float | None = None
) -> Shared:
    """Fit the additive law to families together and apart, and test shared against own exponents (nested models).

    Args:
        families: inputs and losses of each family, two or more.
        objective: as in `fit_law`.
        n_effective: independent observations among all, where checkpoints are not.
    """
    objective = objective or Objective()
    names = ("parameter_count", "token_count")
    columns = {name: np.concatenate([each[name] for each, _ in families]) for name in names}
    columns["family"] = np.repeat(np.arange(len(families), dtype=np.float64), [len(loss) for _, loss in families])
    losses = np.concatenate([loss for _, loss in families])
    free = tuple(fit_law(Chinchilla(), each, loss, objective=objective) for each, loss in families)
    starts = np.concatenate((*(np.array([fit.theta[k] for fit in free]) for k in range(3)), free[0].theta[3:]))
    pooled = fit_law(PooledChinchilla(n_families=len(families)), columns, losses, objective=objective, starts=starts[None])
    n = float(len(losses))
    scale = (n_effective or n) / n
    apart = log_likelihood(sum(fit.value for fit in free), n, objective.delta) * scale
    together = log_likelihood(pooled.value, n, objective.delta) * scale
    freed = 2 * (len(families) - 1)
    statistic = max(2 * (apart - together), 0.0)
    return Shared(pooled, free, statistic, freed, float(chi2.sf(statistic, freed)), 2 * freed - statistic)


def borrow(
    fits: Mapping[str, Fit], relatives: Sequence[str], names: Sequence[str] = ("A", "alpha")
) -> tuple[dict[str, float], str]:
    """Return parameters to fix, and where they come from: the first relative with a converged fit, else the median of all.

    Args:
        fits: fits by family.
        relatives: families to ask first, the nearest first: up the family tree.
        names: parameters that are borrowed; A and alpha belong together, as each is of use with the other alone.

    Raises:
        KeyError: no fit has converged.
    """
    sound = {family: fit for family, fit in fits.items() if fit.certificate.is_converged}
    for family in relatives:
        if family in sound:
            return {name: sound[family].estimates[name] for name in names}, f"from {family}"
    if not sound:
        raise KeyError("no family has a converged fit to borrow from")
    middle = sorted(sound, key=lambda family: sound[family].estimates[names[-1]])[(len(sound) - 1) // 2]
    return {name: sound[middle].estimates[name] for name in names}, f"from {middle}, the median of {len(sound)} families"
