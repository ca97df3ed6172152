"""From loss to what people ask for: error and accuracy of a task. Never fit a power law to a score; residuals are raw."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

import numpy as np

from pipelines.scaling.arrays import Floats
from pipelines.scaling.laws.curved import JetLaw
from pipelines.scaling.laws.jet import Jet, exp, sigmoid
from pipelines.scaling.laws.law import Columns, Law, Parameter


class ErrorFromLoss(JetLaw):
    """A task's error, rising to a ceiling as the loss grows."""

    name = "error_from_loss"
    form = "error = eps - k exp(-gamma L)"
    source = "Gadre et al. 2024, Language Models Scale Reliably with Over-Training and on Downstream Tasks, eq. 5"
    inputs = ("loss",)
    target = "error"
    space = "raw"

    @property
    def all_parameters(self) -> tuple[Parameter, ...]:
        """Ceiling, scale and rate."""
        return (
            Parameter("eps", "error of a model that knows nothing", "share"),
            Parameter("k", "scale of the fall", "share", is_log=True),
            Parameter("gamma", "rate of the fall", "1/nats", is_log=True, low=np.log(1e-3), high=np.log(1e2)),
        )

    def formula(self, columns: Columns, theta: Sequence[Jet]) -> Jet:
        """Return the error."""
        eps, k, gamma = theta
        return eps - exp(k - exp(gamma) * columns["loss"])

    def starts(self, columns: Columns, target: Floats, weight: Floats) -> Floats:
        """Return a grid of rates, ceiling and scale by weighted least squares at each."""
        rows = []
        for gamma in np.geomspace(0.05, 20, 60):
            base = np.column_stack((np.ones(len(target)), -np.exp(-gamma * (columns["loss"] - columns["loss"].mean()))))
            root = np.sqrt(weight)
            eps, k = np.linalg.lstsq(base * root[:, None], target * root, rcond=None)[0]
            rows.append((eps, np.log(max(k, 1e-6)) + gamma * columns["loss"].mean(), np.log(gamma)))
        return self.free(np.array(rows))


class AccuracyFromLoss(JetLaw):
    """A task's accuracy: a sigmoid of the loss between chance and a ceiling."""

    name = "accuracy_from_loss"
    form = "accuracy = b + a/(1 + exp(-k (L_0 - L)))"
    source = "Bhagia et al. 2024, Establishing Task Scaling Laws via Compute-Efficient Model Ladders, eq. 2"
    inputs = ("loss",)
    target = "accuracy"
    space = "raw"

    @property
    def all_parameters(self) -> tuple[Parameter, ...]:
        """Chance, height, steepness and middle."""
        return (
            Parameter("b", "accuracy by chance", "share", low=-0.2, high=1.0),
            Parameter("a", "height above chance", "share", low=0.0, high=1.2),
            Parameter("k", "steepness", "1/nats", is_log=True, low=np.log(0.1), high=np.log(1e3)),
            Parameter("L_0", "loss halfway up", "nats"),
        )

    def formula(self, columns: Columns, theta: Sequence[Jet]) -> Jet:
        """Return the accuracy."""
        b, a, k, middle = theta
        return b + a * sigmoid(exp(k) * (middle - columns["loss"]))

    def starts(self, columns: Columns, target: Floats, weight: Floats) -> Floats:
        """Return a grid of middles and steepnesses, chance and height by weighted least squares at each."""
        loss, root, rows = columns["loss"], np.sqrt(weight), []
        span = float(np.ptp(loss)) or 1.0
        for middle in np.linspace(loss.min() - span, loss.max() + span, 31):
            for k in np.geomspace(0.5, 60, 16) / span:
                base = np.column_stack((np.ones(len(target)), 0.5 * (1 + np.tanh(0.5 * k * (middle - loss)))))
                b, a = np.linalg.lstsq(base * root[:, None], target * root, rcond=None)[0]
                rows.append((np.clip(b, -0.2, 1), np.clip(a, 0, 1.2), np.log(np.clip(k, 0.1, 1e3)), middle))
        return self.free(np.array(rows))


class ScoreFromCapability(AccuracyFromLoss):
    """A benchmark's score: a sigmoid of capability, the first principal component of published scores."""

    name = "score_from_capability"
    form = "score = b + a/(1 + exp(-k (S - S_0)))"
    source = "Ruan et al. 2024, Observational Scaling Laws and the Predictability of Language Model Performance, eq. 3"
    inputs = ("capability",)
    target = "score"

    @property
    def all_parameters(self) -> tuple[Parameter, ...]:
        """Chance, height, steepness and middle."""
        chance, height, _, _ = super().all_parameters
        steepness = Parameter("k", "steepness", "1/unit of capability", is_log=True, low=np.log(0.1), high=np.log(1e3))
        return chance, height, steepness, Parameter("S_0", "capability halfway up")

    def formula(self, columns: Columns, theta: Sequence[Jet]) -> Jet:
        """Return the score."""
        b, a, k, middle = theta
        return b + a * sigmoid(exp(k) * (columns["capability"] - middle))

    def starts(self, columns: Columns, target: Floats, weight: Floats) -> Floats:
        """Return the same grid on the reversed axis."""
        names = [each.name for each in AccuracyFromLoss().all_parameters]
        mirrored = AccuracyFromLoss().starts({"loss": -columns["capability"]}, target, weight)
        mirrored[:, names.index("L_0")] *= -1
        return self.free(mirrored)


LINKS: Final[dict[str, Law]] = {law.name: law for law in (ErrorFromLoss(), AccuracyFromLoss(), ScoreFromCapability())}
"""Links by name; they stand apart from the laws, as they read a loss or a capability and foretell a score."""
