"""What a fit minimises: the weighted sum of Huber's function of the residuals.

h(r) = r²/2 for |r| <= delta and delta (|r| - delta/2) outside (Huber, "Robust Estimation of a Location Parameter", 1964);
Hoffmann et al. ("Training Compute-Optimal Large Language Models", 2022, section 3.3) sum it over ln L - ln L̂ with delta 1e-3.
A sum, never a mean. The residual scale is one: delta is in units of the residual itself, so 1e-3 is a thousandth of the loss
in log space and a thousandth of a nat in raw space. A code that lets the scale float fits another objective.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import numpy as np

from pipelines.scaling.arrays import Flags, Floats

Space = Literal["log", "raw"]


@dataclass(frozen=True)
class Objective:
    """Huber's function with its width, and the space that residuals live in."""

    delta: float = 1e-3
    """Where the parabola ends, in units of the residual; infinity is least squares."""
    space: Space = "log"
    """``log``: residuals are ln L - ln L̂; ``raw``: L - L̂."""

    def bounded(self, residual: Floats) -> tuple[Floats, Flags]:
        """Return psi = h', the residual clipped at delta, and where it was not clipped."""
        clipped = np.clip(residual, -self.delta, self.delta)
        return clipped, clipped == residual

    def cost(self, residual: Floats, clipped: Floats | None = None) -> Floats:
        """Return h of each residual; ``clipped`` is `bounded`'s, if known."""
        near = np.clip(residual, -self.delta, self.delta) if clipped is None else clipped
        return np.asarray(near * (residual - 0.5 * near))
