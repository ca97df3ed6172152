"""Which law to believe: error on the held-out largest model beside two baselines, extrapolation step by step, AICc and BIC.

Protocol of the Hitchhiker's Guide (Choshen et al. 2024): the score is ARE, the mean of |L - L̂|/L over the last 30 % of the
largest model's tokens. Baselines: the best loss seen in training, and the last checkpoint of the largest model trained on.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np

from pipelines.scaling.arrays import Flags, Floats
from pipelines.scaling.fitting.engine import Fit, fit_law, refit
from pipelines.scaling.laws.law import Columns, Law
from pipelines.scaling.objective import Objective
from pipelines.scaling.preparation import Observations
from pipelines.scaling.uncertainty.likelihood import log_likelihood

TOKEN_SHARES: Final = tuple(tenth / 10 for tenth in range(1, 11))
"""Shares of each run's tokens at its beginning that forecasts are made from."""


@dataclass(frozen=True)
class HeldOut:
    """A law's forecast of one model that it did not see."""

    fit: Fit
    is_target: Flags
    """Of the observations that were given, (n,)."""
    predicted: Floats
    """(n_targets,)"""
    are: float
    best_seen_are: float
    last_checkpoint_are: float
    target_parameter_count: float
    n_train_sizes: int

    @property
    def is_beaten(self) -> bool:
        """Whether a baseline is better than the law."""
        return self.are > min(self.best_seen_are, self.last_checkpoint_are)


def held_out_largest(law: Law, seen: Observations, objective: Objective) -> HeldOut | None:
    """Fit without the largest size and score the forecast of it; None where fewer than two sizes are left or too few points."""
    sizes = np.unique(seen.size)
    return _forecast(law, seen, objective, sizes[:-1], sizes[-1]) if len(sizes) > 2 else None


def rolling(law: Law, seen: Observations, objective: Objective) -> list[HeldOut]:
    """Return forecasts of each size from all smaller ones, from the fourth size on, in order of size."""
    sizes = np.unique(seen.size)
    steps = (_forecast(law, seen, objective, sizes[:at], sizes[at]) for at in range(3, len(sizes)))
    return [step for step in steps if step is not None]


def _forecast(law: Law, seen: Observations, objective: Objective, train: np.ndarray, target: int) -> HeldOut | None:
    """Fit to sizes (labels ascend with size) and score on one; None where no degree of freedom is left."""
    is_train, is_target = np.isin(seen.size, train), (seen.size == target) & seen.is_late
    if is_train.sum() <= len(law.names):
        return None
    columns = _rows(seen.columns, law, is_train)
    fit = fit_law(law, columns, seen.loss[is_train], objective=objective)
    predicted = law.predict(_rows(seen.columns, law, is_target), fit.theta)[0]
    actual = seen.loss[is_target]
    last = _last_checkpoint(seen, train)
    return HeldOut(
        fit, is_target, predicted, absolute_relative_error(actual, predicted),
        absolute_relative_error(actual, np.full(len(actual), seen.loss[is_train].min())),
        absolute_relative_error(actual, np.full(len(actual), last)),
        float(seen.columns["parameter_count"][is_target].max()), len(train),
    )  # fmt: skip


def window_errors(held: HeldOut, seen: Observations) -> list[tuple[int, float, Floats]]:
    """Return forecasts of the largest model from ever more models and tokens: number of models, share of tokens, losses.

    Each window takes the smallest so many models, from three on, and the first share of each run's tokens (all of them where
    runs have no checkpoints). Windows are weights of one batch; those with no degree of freedom left are not there.
    """
    is_train = seen.size != seen.size.max()
    sizes, tokens = seen.size[is_train], np.nan_to_num(seen.columns["token_count"][is_train], nan=1.0)
    last = np.zeros(int(seen.run.max()) + 1)
    np.maximum.at(last, seen.run[is_train], tokens)
    progress = tokens / last[seen.run[is_train]]
    shares = TOKEN_SHARES if seen.has_checkpoints else TOKEN_SHARES[-1:]
    windows, labels = [], np.unique(sizes)
    for n_models in range(3, len(labels) + 1):
        for share in shares:
            at = np.isin(sizes, labels[:n_models]) & (progress <= share * (1 + 1e-9))
            if at.sum() > len(held.fit.law.names) and len(np.unique(sizes[at])) == n_models:
                windows.append((n_models, share, at.astype(np.float64)))
    if not windows:
        return []
    weights = np.stack([weight for _, _, weight in windows])
    theta = refit(held.fit, weights).theta
    # Where another optimum is as good, the window of everything must still be the fit that the study tells.
    theta[weights.all(axis=1)] = held.fit.theta
    predicted = held.fit.law.predict(_rows(seen.columns, held.fit.law, held.is_target), theta)
    return [(n, share, losses) for (n, share, _), losses in zip(windows, predicted, strict=True)]


def absolute_relative_error(actual: Floats, predicted: Floats) -> float:
    """Return ARE, the mean of |L - L̂|/L."""
    return float(np.mean(np.abs(actual - predicted) / actual))


def _last_checkpoint(seen: Observations, train: np.ndarray) -> float:
    at = np.flatnonzero(seen.size == train.max())
    tokens = np.nan_to_num(seen.columns.get("token_count", np.zeros(seen.n)))[at]
    return float(seen.loss[at[np.argmax(tokens)]])


def _rows(columns: Columns, law: Law, at: Flags) -> Columns:
    return {name: columns[name][at] for name in law.inputs}


@dataclass(frozen=True)
class Criteria:
    """Information criteria with the number of independent observations that they were given."""

    log_likelihood: float
    """Scaled to that number."""
    aicc: float
    """Infinite where the correction has no room."""
    bic: float
    n_effective: float


def criteria(fit: Fit, n_effective: float) -> Criteria:
    """Return AICc (Hurvich and Tsai 1989) and BIC of a fit; the residual scale counts as a parameter."""
    n, k = float(fit.weight.sum()), len(fit.law.names) + 1
    likelihood = log_likelihood(fit.value, n, fit.objective.delta) * n_effective / n
    room = n_effective - k - 1
    aicc = 2 * k - 2 * likelihood + (2 * k * (k + 1) / room if room > 0 else np.inf)
    return Criteria(likelihood, aicc, k * float(np.log(n_effective)) - 2 * likelihood, n_effective)


def effective_n(seen: Observations, lag: float) -> float:
    """Return how many independent observations there are: all, or with checkpoints n (1 - ρ)/(1 + ρ), at least the runs."""
    if not seen.has_checkpoints:
        return float(seen.n)
    n_runs = len(np.unique(seen.run))
    return float(np.clip(seen.n * (1 - max(lag, 0.0)) / (1 + max(lag, 0.0)), n_runs, seen.n))
