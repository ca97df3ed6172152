"""Two other ways to the same answers: ``python -m benchmarks.yardstick_scaling WAY DATA``.

``usual``: what published code does (Hoffmann et al. 2022, section 3.3; Besiroglu et al. 2024): L-BFGS-B from a grid of
4,500 starts with finite differences, then one BFGS with the exact gradient for each of 1,000 replicates. Too slow to be run
whole: 150 starts spread evenly and 60 replicates are run, and told with their numbers. The objective is scaled by 1e6 and
tolerances are tight, as it otherwise stops early.

``loop``: a well-written loop: `scipy.optimize.least_squares` with the exact Jacobian, Huber's loss and scaled variables, from
16 starts, then once a replicate from the optimum. All 1,000 replicates are run.
"""

from __future__ import annotations

import sys
from itertools import product
from pathlib import Path

import numpy as np
from scipy.optimize import least_squares, minimize

from benchmarks.run_scaling import N_REPLICATES, counts, points
from benchmarks.stopwatch import Stopwatch
from pipelines.scaling.fitting.one_thread import one_blas_thread

DELTA = 1e-3
N_STARTS = 4_500
N_STARTS_RUN = 150
N_REPLICATES_RUN = 60
SCALE = 1e6


def start_grid() -> np.ndarray:
    """The 4,500 published starts: ln A, ln B, ln E, alpha, beta."""
    axes = (
        np.arange(0, 30, 5.0),
        np.arange(0, 30, 5.0),
        np.arange(-1, 1.5, 0.5),
        np.arange(0, 2.5, 0.5),
        np.arange(0, 2.5, 0.5),
    )
    return np.array(list(product(*axes)))


class Law:
    """ln L̂ with its gradient, and the objective that both ways share."""

    def __init__(self, n: np.ndarray, d: np.ndarray, loss: np.ndarray) -> None:
        self.log_n, self.log_d, self.log_l = np.log(n), np.log(d), np.log(loss)

    def terms(self, theta: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """ln L̂, and the three terms' shares in it."""
        a, b, e, alpha, beta = theta
        parts = np.array([a - alpha * self.log_n, b - beta * self.log_d, np.full(len(self.log_n), e)])
        top = parts.max(axis=0)
        shares = np.exp(parts - top)
        total = shares.sum(axis=0)
        return top + np.log(total), shares / total

    def jacobian(self, shares: np.ndarray) -> np.ndarray:
        """∂ ln L̂, (n, 5)."""
        p, q, r = shares
        return np.column_stack((p, q, r, -p * self.log_n, -q * self.log_d))

    def cost(self, theta: np.ndarray, weight: np.ndarray) -> float:
        """The objective."""
        residual = self.log_l - self.terms(theta)[0]
        near = np.clip(residual, -DELTA, DELTA)
        return float(weight @ (near * (residual - near / 2)))

    def cost_and_slope(self, theta: np.ndarray, weight: np.ndarray) -> tuple[float, np.ndarray]:
        """The objective with its gradient."""
        predicted, shares = self.terms(theta)
        residual = self.log_l - predicted
        near = np.clip(residual, -DELTA, DELTA)
        return SCALE * float(weight @ (near * (residual - near / 2))), -SCALE * (weight * near) @ self.jacobian(shares)


def usual(watch: Stopwatch, law: Law) -> object:
    """The published way, in part."""
    ones, weights = np.ones(len(law.log_n)), counts(len(law.log_n))
    starts = start_grid()[:: N_STARTS // N_STARTS_RUN]
    options = {"maxiter": 15_000, "maxfun": 100_000, "ftol": 1e-14, "gtol": 1e-8}
    with watch.stage("grid, in part"):
        ends = [
            minimize(lambda theta: SCALE * law.cost(theta, ones), start, method="L-BFGS-B", options=options) for start in starts
        ]
    best = min(ends, key=lambda end: end.fun)
    replicates = []
    with watch.stage("replicates, in part"):
        for weight in weights[:N_REPLICATES_RUN]:
            found = minimize(law.cost_and_slope, best.x, args=(weight,), jac=True, method="BFGS", options={"gtol": 1e-6})
            replicates.append(float(found.fun) / SCALE)
    return {"objective": best.fun / SCALE, "n_starts": len(starts), "replicates": replicates}


def loop(watch: Stopwatch, law: Law) -> object:
    """The well-written loop, whole."""

    def solve(start: np.ndarray, at: np.ndarray, repeats: np.ndarray) -> tuple[np.ndarray, float]:
        own = Law(np.exp(law.log_n[at]), np.exp(law.log_d[at]), np.exp(law.log_l[at]))
        found = least_squares(
            lambda theta: own.log_l - own.terms(theta)[0],
            start,
            jac=lambda theta: -own.jacobian(own.terms(theta)[1]),
            loss="huber",
            f_scale=DELTA,
            x_scale="jac",
            ftol=1e-12,
            xtol=1e-12,
            gtol=1e-12,
        )
        return found.x, law.cost(found.x, repeats)

    everyone = np.arange(len(law.log_n))
    weights = counts(len(everyone))
    with watch.stage("global fit"):
        starts = [
            np.array([a, b, 0.5, x, y])
            for a, x in ((3, 0.2), (6, 0.35), (9, 0.5), (12, 0.7))
            for b, y in ((4, 0.2), (7, 0.35), (10, 0.5), (14, 0.7))
        ]
        best, value = min((solve(start, everyone, np.ones(len(everyone))) for start in starts), key=lambda end: end[1])
    replicates = []
    with watch.stage("1,000 replicates"):
        for weight in weights:
            drawn = np.repeat(everyone, weight.astype(np.int64))
            replicates.append(solve(best, drawn, weight)[1])
    assert len(replicates) == N_REPLICATES
    return {"objective": value, "n_starts": len(starts), "replicates": replicates}


def main(way: str, data: Path) -> None:
    """Run one way and tell what it found."""
    watch, law = Stopwatch(), Law(*points(data))
    with one_blas_thread():
        found = usual(watch, law) if way == "usual" else loop(watch, law)
    watch.tell(found)


if __name__ == "__main__":
    main(sys.argv[1], Path(sys.argv[2]))
