"""Laws whose logarithm is no plain log of a sum of powers: outer power, Kaplan's joint form, repeated data, breaks."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from pipelines.scaling.arrays import Floats
from pipelines.scaling.laws.additive import Chinchilla
from pipelines.scaling.laws.design import Design
from pipelines.scaling.laws.jet import Jet, JetDesign, exp, log, log_add, softplus, where
from pipelines.scaling.laws.law import Columns, Law, Parameter, coefficient, exponent, floor


@dataclass(frozen=True)
class JetLaw(Law):
    """A law that writes its formula in jets."""

    @abstractmethod
    def formula(self, columns: Columns, theta: Sequence[Jet]) -> Jet:
        """Return ln L (or L, where ``space`` is raw) from one jet a parameter, in θ."""

    def full_design(self, columns: Columns) -> Design:
        """Return the formula on the observations."""
        size = len(self.all_parameters)
        n = len(columns[self.inputs[0]])
        return JetDesign(lambda theta: self.formula(columns, theta), n, np.eye(size), np.zeros(size))

    def free(self, candidates: Floats) -> Floats:
        """Return the columns of the free parameters of candidates in all parameters."""
        names = [each.name for each in self.all_parameters]
        return candidates[:, [names.index(name) for name in self.names]]


def additive_starts(columns: Columns, target: Floats, weight: Floats, n: int = 24) -> Floats:
    """Return the additive law's best nodes as (E, A, B, alpha, beta) in θ, the best ones spread out."""
    found = Chinchilla().starts(columns, target, weight)
    return found[:: max(1, len(found) // n)][:n]


class OuterPower(JetLaw):
    """The additive law's reducible part to a power."""

    name = "outer_power"
    form = "L = E + (A/N^alpha + B/D^beta)^k"
    source = "the Skaling form of the additive law with an outer power; k 0.31-0.45 reported"
    inputs = ("parameter_count", "token_count")

    @property
    def all_parameters(self) -> tuple[Parameter, ...]:
        """The additive law's, and k."""
        power = Parameter("k", "outer power", is_log=True, low=np.log(0.05), high=np.log(20.0))
        return (
            floor(),
            coefficient("A", "weight of parameters, inside the power"),
            coefficient("B", "weight of training tokens, inside the power"),
            exponent("alpha", "exponent of parameters"),
            exponent("beta", "exponent of training tokens"),
            power,
        )

    def formula(self, columns: Columns, theta: Sequence[Jet]) -> Jet:
        """Return ln L."""
        e, a, b, alpha, beta, k = theta
        log_n, log_d = np.log(columns["parameter_count"]), np.log(columns["token_count"])
        return log_add(e, exp(k) * log_add(a - alpha * log_n, b - beta * log_d))

    def starts(self, columns: Columns, target: Floats, weight: Floats) -> Floats:
        """Return the additive law's starts at several powers, exponents and coefficients stretched to match."""
        base = additive_starts(columns, target, weight)
        parts = []
        for k in (0.3, 0.5, 1.0, 2.0):
            inner = np.column_stack((base[:, 0], base[:, 1:] / k, np.full(len(base), np.log(k))))
            parts.append(inner)
        return self.free(np.concatenate(parts))


class Kaplan(JetLaw):
    """Kaplan's joint form; its natural constants are N_c = A^(1/q) and D_c = B, with q = alpha_N/alpha_D."""

    name = "kaplan"
    form = "L = [(N_c/N)^(alpha_N/alpha_D) + D_c/D]^alpha_D"
    source = "Kaplan et al. 2020, Scaling Laws for Neural Language Models, eq. 1.5"
    inputs = ("parameter_count", "token_count")

    @property
    def all_parameters(self) -> tuple[Parameter, ...]:
        """N_c, D_c and the two exponents."""
        return (
            coefficient("N_c", "scale of parameters", "parameters"),
            coefficient("D_c", "scale of training tokens", "tokens"),
            exponent("alpha_N", "exponent of parameters"),
            exponent("alpha_D", "exponent of training tokens"),
        )

    def formula(self, columns: Columns, theta: Sequence[Jet]) -> Jet:
        """Return ln L."""
        n_c, d_c, alpha_n, alpha_d = theta
        log_n, log_d = np.log(columns["parameter_count"]), np.log(columns["token_count"])
        inside = log_add((alpha_n / alpha_d) * (n_c - log_n), d_c - log_d)
        return alpha_d * inside

    def starts(self, columns: Columns, target: Floats, weight: Floats) -> Floats:
        """Return a grid of exponents, each scale where its half of the law alone would give the typical loss."""
        log_n, log_d, log_l = (
            np.average(np.log(each), weights=weight) for each in (columns["parameter_count"], columns["token_count"], target)
        )
        grid = [
            (log_n + (log_l - np.log(2) * a_d) / a_n + shift, log_d + (log_l - np.log(2) * a_d) / a_d - shift, a_n, a_d)
            for a_n in np.geomspace(0.02, 0.8, 12)
            for a_d in np.geomspace(0.02, 0.8, 12)
            for shift in (-2.0, 0.0, 2.0)
        ]
        return self.free(np.array(grid))


class DataConstrained(JetLaw):
    """The additive law on effective parameters and tokens: repeated tokens and excess parameters are worth less and less."""

    name = "data_constrained"
    form = "L = E + A/N'^alpha + B/D'^beta; D' = U + U R_D* (1 - exp(-R_D/R_D*)), N' = U_N + U_N R_N* (1 - exp(-R_N/R_N*))"
    source = "Muennighoff et al. 2023, Scaling Data-Constrained Language Models, eq. 5 and 6"
    inputs = ("parameter_count", "token_count", "unique_token_count")

    @property
    def all_parameters(self) -> tuple[Parameter, ...]:
        """The additive law's, and how fast repetition loses its worth."""
        low, high = np.log(0.01), np.log(1e5)
        return (
            floor(),
            coefficient("A", "weight of effective parameters"),
            coefficient("B", "weight of effective tokens"),
            exponent("alpha", "exponent of effective parameters"),
            exponent("beta", "exponent of effective tokens"),
            Parameter(
                "R_D", "repetitions after which tokens have lost 1 - 1/e of their worth (R_D*)", "epochs", True, low, high
            ),
            Parameter("R_N", "the same for parameters beyond the optimum of the unique tokens (R_N*)", "1", True, low, high),
        )

    def formula(self, columns: Columns, theta: Sequence[Jet]) -> Jet:
        """Return ln L."""
        e, a, b, alpha, beta, r_d, r_n = theta
        n, d, u = (columns[name] for name in self.inputs)
        # ln G, with G = (alpha A/(beta B))^(1/(alpha+beta)); U_N = min(N, (U G)^(beta/alpha) G), in logarithms.
        log_g = (log(alpha) + a - log(beta) - b) / (alpha + beta)
        best = (beta / alpha) * (log_g + np.log(u)) + log_g
        log_n = Jet(np.log(n)[None], np.zeros_like(best.first), np.zeros_like(best.second))
        u_n = where(best.value < log_n.value, best, log_n)
        excess = exp(log_n - u_n) - 1.0
        log_n_effective = u_n + log_worth(excess, r_n)
        repeats = np.maximum(d / u - 1, 0)
        log_d_effective = log_worth(repeats, r_d) + np.log(u * np.where(repeats > 0, 1.0, d / u))
        return log_add(e, log_add(a - alpha * log_n_effective, b - beta * log_d_effective))

    def starts(self, columns: Columns, target: Floats, weight: Floats) -> Floats:
        """Return the additive law's starts with several worths of repetition."""
        base = additive_starts(columns, target, weight, 12)
        logs = np.log([0.5, 2.0, 5.0, 15.0, 50.0, 200.0, 1000.0])
        grid = np.array([(r_d, r_n) for r_d in logs for r_n in logs])
        every = np.concatenate([np.column_stack((np.repeat(row[None], len(grid), axis=0), grid)) for row in base])
        return self.free(every)


def log_worth(repeats: Jet | Floats, log_scale: Jet) -> Jet:
    """Return ln(1 + R* (1 - exp(-R/R*))): how much R repetitions add, as a factor on what is there once."""
    scale = exp(log_scale)
    fresh = 1.0 - exp(-(repeats * exp(-log_scale)))
    return log(1.0 + scale * fresh)


class BrokenPower(JetLaw):
    """One smooth break between two power laws of compute; believe it only where it wins on held-out data."""

    name = "broken_power"
    form = "L = a + b C^-c0 (1 + (C/d)^(1/f))^(-c1 f)"
    source = "Caballero et al. 2023, Broken Neural Scaling Laws, eq. 1 with one break"
    inputs = ("compute_flop",)
    simpler = "power_floor_compute"

    @property
    def all_parameters(self) -> tuple[Parameter, ...]:
        """Floor, scale, the exponent before the break, its change, place and sharpness."""
        return (
            floor("a"),
            coefficient("b", "weight of compute"),
            Parameter("c0", "exponent before the break", low=-2.0, high=4.0),
            Parameter("c1", "change of the exponent at the break", low=-4.0, high=4.0),
            coefficient("d", "compute at the break", "FLOP"),
            Parameter("f", "width of the break in ln C", is_log=True, low=np.log(0.05), high=np.log(5.0)),
        )

    def formula(self, columns: Columns, theta: Sequence[Jet]) -> Jet:
        """Return ln L."""
        a, b, c0, c1, d, f = theta
        log_c = np.log(columns["compute_flop"])
        width = exp(f)
        bend = c1 * width * softplus((log_c - d) / width)
        return log_add(a, b - c0 * log_c - bend)

    def starts(self, columns: Columns, target: Floats, weight: Floats) -> Floats:
        """Return the best nodes of a grid of exponents, places and widths, floor and scale solved for at each."""
        log_c = np.log(columns["compute_flop"])
        at, centre = weight > 0, float(log_c.mean())
        slope = max(-float(np.polyfit(log_c[at], np.log(target[at]), 1)[0]), 1e-3)
        exponents = slope * np.array([-1.0, 0.3, 0.6, 1.0, 2.0, 4.0, 8.0])
        changes = slope * np.array([-4.0, -2.0, -0.7, 0.7, 1.5, 3.0, 6.0])
        places, widths = np.quantile(log_c[at], [0.1, 0.25, 0.4, 0.5, 0.6, 0.75, 0.9]), np.array([0.15, 0.4, 1.0, 2.0])
        c0, c1, d, f = (each.ravel() for each in np.meshgrid(exponents, changes, places, widths, indexing="ij"))
        bends = c1[:, None] * f[:, None] * np.logaddexp(0, (log_c - d[:, None]) / f[:, None])
        base = np.exp(-c0[:, None] * (log_c - centre) - bends)
        scale, level, squares = _line(base, target, weight / target**2)
        best = np.argsort(np.where(scale > 0, squares, np.inf), kind="stable")[:400]
        low = np.log(np.min(target[at])) + np.log(1e-3)
        floors = np.where(level > 0, np.log(np.maximum(level, 1e-300)), low)
        heights = np.log(np.maximum(scale, 1e-300)) + c0 * centre
        return self.free(np.column_stack((floors, heights, c0, c1, d, np.log(f)))[best])

    def centring(self, columns: Columns) -> Floats:
        """Return the matrix that takes ln C about its mean before the break."""
        matrix = np.eye(6)
        matrix[1, 2] = np.log(columns["compute_flop"]).mean()
        return matrix


def _line(base: Floats, target: Floats, weight: Floats) -> tuple[Floats, Floats, Floats]:
    """Return slope, level and weighted squares of the straight line from each row of ``base`` to the target."""
    share = weight / weight.sum()
    mean, aim = base @ share, float(target @ share)
    spread = (base - mean[:, None]) * share
    variance = np.einsum("bn,bn->b", spread, base)
    slope = np.divide(spread @ target, variance, out=np.zeros_like(variance), where=variance > 0)
    level = aim - slope * mean
    left = target - level[:, None] - slope[:, None] * base
    return slope, level, np.asarray(left**2 @ weight)
