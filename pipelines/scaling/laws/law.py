"""What every law says of itself: its parameters with units, its inputs, its source, and where to look for its optimum.

A law is one small class. It is frozen: `with_fixed` and `with_tied` return the same law with fewer free parameters, which is
how exponents are borrowed from another family or held equal. The fitter works on θ, one coordinate a free parameter: the
logarithm of a parameter that must be positive (``is_log``), the parameter itself otherwise.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import ClassVar, Literal, Self

import numpy as np

from pipelines.scaling.arrays import Floats
from pipelines.scaling.laws.design import Design

Columns = Mapping[str, Floats]
"""The observations a law reads: one array of n values a column."""


@dataclass(frozen=True)
class Parameter:
    """One parameter of a law."""

    name: str
    meaning: str
    unit: str = "1"
    is_log: bool = False
    low: float = -np.inf
    """Smallest θ."""
    high: float = np.inf

    def natural(self, theta: Floats) -> Floats:
        """Return the parameter itself of its θ."""
        return np.asarray(np.exp(theta)) if self.is_log else theta

    def fitted(self, natural: float) -> float:
        """Return θ of the parameter itself."""
        return float(np.log(natural)) if self.is_log else natural


LARGEST_EXPONENT = 12.0
"""Beyond it a term is a step; the box only keeps unidentified exponents finite, and a fit that ends there says so."""


def coefficient(name: str, meaning: str, unit: str = "nats times unit^exponent") -> Parameter:
    """Return a positive coefficient."""
    return Parameter(name, meaning, unit, is_log=True)


def floor(name: str = "E") -> Parameter:
    """Return the irreducible loss; e^-40 stands for a floor of zero."""
    return Parameter(name, "irreducible loss", "nats", is_log=True, low=-40.0)


def exponent(name: str, meaning: str) -> Parameter:
    """Return an exponent between 0 and `LARGEST_EXPONENT`."""
    return Parameter(name, meaning, low=1e-4, high=LARGEST_EXPONENT)


@dataclass(frozen=True)
class Law(ABC):
    """A law with some parameters fixed or tied."""

    name: ClassVar[str]
    form: ClassVar[str]
    """The formula, in the parameters' names."""
    source: ClassVar[str]
    target: ClassVar[str] = "loss"
    """The column that the law predicts."""
    space: ClassVar[Literal["log", "raw"]] = "log"
    """Whether the design predicts ln of the target, or the target."""
    solver: ClassVar[Literal["newton", "scipy"]] = "newton"
    """What minimises: exact Newton steps on many problems at once, or SciPy where a law knows no derivatives."""
    simpler: ClassVar[str] = ""
    """A law that this one has to beat on the largest model, held out, to be believed; empty where it stands for itself."""

    fixed: Mapping[str, float] = field(default_factory=dict)
    """Natural values of parameters that are not fitted."""
    tied: Mapping[str, str] = field(default_factory=dict)
    """Parameters that are equal to another one (both in θ)."""

    @property
    @abstractmethod
    def all_parameters(self) -> tuple[Parameter, ...]:
        """Every parameter of the form, in order."""

    @property
    @abstractmethod
    def inputs(self) -> tuple[str, ...]:
        """The columns it reads."""

    @abstractmethod
    def full_design(self, columns: Columns) -> Design:
        """Return the design in all parameters."""

    @abstractmethod
    def starts(self, columns: Columns, target: Floats, weight: Floats) -> Floats:
        """Return candidate θ of the free parameters, (n_candidates, P); the fitter follows the best that are apart."""

    def centring(self, columns: Columns) -> Floats:
        """Return the matrix from centred to plain coordinates of all parameters; the identity where nothing is to be gained."""
        del columns
        return np.eye(len(self.all_parameters))

    @property
    def parameters(self) -> tuple[Parameter, ...]:
        """The free parameters, in order."""
        return tuple(each for each in self.all_parameters if each.name not in self.fixed and each.name not in self.tied)

    @property
    def names(self) -> tuple[str, ...]:
        """The free parameters' names."""
        return tuple(each.name for each in self.parameters)

    def with_fixed(self, **values: float) -> Self:
        """Return the law with some parameters held at natural values."""
        self._check(values)
        return replace(self, fixed={**self.fixed, **values})

    def with_tied(self, **ties: str) -> Self:
        """Return the law with some parameters equal to others."""
        self._check({**ties, **dict.fromkeys(ties.values(), "")})
        return replace(self, tied={**self.tied, **ties})

    def mapping(self) -> tuple[Floats, Floats]:
        """Return matrix and origin with which all θ = matrix free θ + origin."""
        every, free = self.all_parameters, self.names
        matrix, origin = np.zeros((len(every), len(free))), np.zeros(len(every))
        for row, each in enumerate(every):
            name = self.tied.get(each.name, each.name)
            if name in self.fixed:
                origin[row] = each.fitted(self.fixed[name])
            else:
                matrix[row, free.index(name)] = 1.0
        return matrix, origin

    def design(self, columns: Columns) -> Design:
        """Return the design in the free parameters."""
        return self.full_design(columns).mapped(*self.mapping())

    def natural(self, theta: Floats) -> Floats:
        """Return the free parameters themselves, (B, P)."""
        return np.stack([each.natural(theta[:, at]) for at, each in enumerate(self.parameters)], axis=1)

    def every_natural(self, theta: Floats) -> dict[str, Floats]:
        """Return all parameters by name, fixed and tied ones too, (B,) each."""
        matrix, origin = self.mapping()
        full = theta @ matrix.T + origin
        return {each.name: each.natural(full[:, at]) for at, each in enumerate(self.all_parameters)}

    def fitted(self, values: Mapping[str, float]) -> Floats:
        """Return θ of the free parameters from natural values by name, (P,)."""
        return np.array([each.fitted(values[each.name]) for each in self.parameters])

    def predict(self, columns: Columns, theta: Floats) -> Floats:
        """Return the predicted target, (B, n)."""
        found = self.design(columns).predict(np.atleast_2d(theta))
        return np.asarray(np.exp(found)) if self.space == "log" else found

    def _check(self, names: Mapping[str, object]) -> None:
        known = [each.name for each in self.all_parameters]
        if unknown := sorted(set(names) - set(known)):
            raise KeyError(f"{self.name} has no parameter {unknown[0]}; it has {', '.join(known)}")
