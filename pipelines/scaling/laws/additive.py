"""Additive laws: L = E + Σ_k C_k / x_k^a_k, from one axis with a floor to width, depth, parameters and tokens."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar, Final

import numpy as np

from pipelines.scaling.arrays import Floats
from pipelines.scaling.laws.design import LogSumDesign
from pipelines.scaling.laws.law import Columns, Law, Parameter, coefficient, exponent, floor
from pipelines.scaling.laws.projection import Shape, Term, project

_MEANINGS: Final = {
    "parameter_count": "parameters",
    "token_count": "training tokens",
    "compute_flop": "training compute (FLOP)",
    "width": "width",
    "depth": "layers",
    "training_seconds": "training time (seconds)",
    "compute_over_multiplier": "compute over tokens per parameter",
    "compute_times_multiplier": "compute times tokens per parameter",
}


@dataclass(frozen=True)
class AdditiveLaw(Law):
    """A sum of a floor, where there is one, and of power laws of one column each."""

    has_floor: ClassVar[bool] = True
    terms: ClassVar[tuple[Term, ...]]

    @property
    def all_parameters(self) -> tuple[Parameter, ...]:
        """E, the coefficients and the exponents, each in the order of the terms."""
        heights = tuple(coefficient(term.coefficient, f"weight of {_MEANINGS[term.column]}") for term in self.terms)
        powers = {term.exponent: exponent(term.exponent, f"exponent of {_MEANINGS[term.column]}") for term in self.terms}
        return (*((floor(),) if self.has_floor else ()), *heights, *powers.values())

    @property
    def inputs(self) -> tuple[str, ...]:
        """One column a term."""
        return tuple(term.column for term in self.terms)

    def full_design(self, columns: Columns) -> LogSumDesign:
        """Return the design: ln E, and ln C_k - a_k ln x_k."""
        names, n = [each.name for each in self.all_parameters], len(columns[self.terms[0].column])
        slopes = np.zeros((len(self.terms) + self.has_floor, len(names), n))
        if self.has_floor:
            slopes[0, 0] = 1
        for row, term in enumerate(self.terms, start=int(self.has_floor)):
            slopes[row, names.index(term.coefficient)] = 1
            slopes[row, names.index(term.exponent)] = -np.log(columns[term.column])
        return LogSumDesign(slopes, np.zeros((len(slopes), n)))

    def centring(self, columns: Columns) -> Floats:
        """Return the matrix that takes ln x about its mean: coefficients are then those at a typical observation."""
        names = [each.name for each in self.all_parameters]
        matrix = np.eye(len(names))
        for term in self.terms:
            matrix[names.index(term.coefficient), names.index(term.exponent)] = np.log(columns[term.column]).mean()
        return matrix

    def starts(self, columns: Columns, target: Floats, weight: Floats) -> Floats:
        """Return the best of the grid of exponents, the coefficients solved for at each node."""
        given = {each.name: each.fitted(self.fixed[each.name]) for each in self.all_parameters if each.name in self.fixed}
        found = project(Shape(self.terms, self.has_floor, given, self.tied), columns, target, weight)
        names = [each.name for each in self.all_parameters]
        return found[:, [names.index(name) for name in self.names]]


class Chinchilla(AdditiveLaw):
    """The reference form, of parameters and tokens."""

    name = "chinchilla"
    form = "L = E + A/N^alpha + B/D^beta"
    source = "Hoffmann et al. 2022, Training Compute-Optimal Large Language Models, eq. 2"
    terms = (Term("A", "alpha", "parameter_count"), Term("B", "beta", "token_count"))


class FloorInParameters(AdditiveLaw):
    """Parameters alone, with a floor."""

    name = "power_floor_parameters"
    form = "L = E + A/N^alpha"
    source = "Henighan et al. 2020, Scaling Laws for Autoregressive Generative Modeling, eq. 1.1"
    terms = (Term("A", "alpha", "parameter_count"),)


class FloorInTokens(AdditiveLaw):
    """Tokens alone, with a floor."""

    name = "power_floor_tokens"
    form = "L = E + B/D^beta"
    source = "Henighan et al. 2020, eq. 1.1"
    terms = (Term("B", "beta", "token_count"),)


class FloorInCompute(AdditiveLaw):
    """Compute alone, with a floor."""

    name = "power_floor_compute"
    form = "L = E + K/C^gamma"
    source = "Henighan et al. 2020, eq. 1.1"
    terms = (Term("K", "gamma", "compute_flop"),)


class FloorInTime(AdditiveLaw):
    """Training time and parameters: what a machine and an evening buy."""

    name = "parameters_time"
    form = "L = E + A/N^alpha + T/t^tau"
    source = "the additive form with training seconds in the place of tokens"
    terms = (Term("A", "alpha", "parameter_count"), Term("T", "tau", "training_seconds"))


class PowerInCompute(AdditiveLaw):
    """Compute alone, without a floor."""

    name = "power_compute"
    form = "L = K/C^gamma"
    source = "Kaplan et al. 2020, Scaling Laws for Neural Language Models, eq. 1.3"
    has_floor = False
    terms = (Term("K", "gamma", "compute_flop"),)


class PowerInParameters(AdditiveLaw):
    """Parameters alone, without a floor."""

    name = "power_parameters"
    form = "L = A/N^alpha"
    source = "Kaplan et al. 2020, eq. 1.1"
    has_floor = False
    terms = (Term("A", "alpha", "parameter_count"),)


class WidthDepthTokens(AdditiveLaw):
    """Width and depth apart, and tokens."""

    name = "width_depth_tokens"
    form = "L = E + W/width^omega + H/depth^eta + B/D^beta"
    source = "McLeish et al. 2025, Gemstones: A Model Suite for Multi-Faceted Scaling Laws"
    terms = (Term("W", "omega", "width"), Term("H", "eta", "depth"), Term("B", "beta", "token_count"))


class WidthDepthParametersTokens(AdditiveLaw):
    """Width, depth, parameters and tokens."""

    name = "width_depth_parameters_tokens"
    form = "L = E + W/width^omega + H/depth^eta + A/N^alpha + B/D^beta"
    source = "McLeish et al. 2025, Gemstones"
    terms = (
        Term("W", "omega", "width"),
        Term("H", "eta", "depth"),
        Term("A", "alpha", "parameter_count"),
        Term("B", "beta", "token_count"),
    )


class OverTraining(AdditiveLaw):
    """Compute and tokens per parameter M = D/N: what training beyond the optimum costs."""

    name = "over_training"
    form = "L = E + a (M/C)^eta + b (1/(M C))^eta, M = D/N"
    source = "Gadre et al. 2024, Language Models Scale Reliably with Over-Training and on Downstream Tasks, eq. 4"
    terms = (Term("a", "eta", "compute_over_multiplier"), Term("b", "eta", "compute_times_multiplier"))
