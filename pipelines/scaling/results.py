"""Fits for people who write Python: `fit` takes a frame of losses and returns results that answer as frames and charts.

    >>> from pipelines.scaling import fit
    >>> fits = fit(losses)                                   # doctest: +SKIP
    >>> fits.summary()                                       # doctest: +SKIP
    >>> fits["chinchilla"].allocate(compute_flop=1e24)       # doctest: +SKIP
    >>> fits["chinchilla"].plot("contours").save("split.svg")  # doctest: +SKIP

Units everywhere: loss in nats per token, N in parameters, D in tokens, C in FLOP (6ND where it is not told). Intervals are
percentiles of the bootstrap, at 95 %.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final, overload

import polars as pl

from pipelines.drawing.chart import Chart
from pipelines.scaling.asking import Answer, best_split, forecast
from pipelines.scaling.charts.charts import Kind, chart_of
from pipelines.scaling.laws.registry import law_named
from pipelines.scaling.objective import Space
from pipelines.scaling.preparation import Cut
from pipelines.scaling.report import as_values, in_words
from pipelines.scaling.study import N_REPLICATES, Protocol, Resample, Study, study_all
from pipelines.scaling.uncertainty.resampling import SEED

_SUMMARY: Final[dict[str, Any]] = {
    **dict.fromkeys(("series", "law", "parameter"), pl.String),
    **dict.fromkeys(("estimate", "low95", "high95"), pl.Float64),
    "unit": pl.String,
    "borrowed_from": pl.String,
}
_FINDINGS: Final = ("code", "severity", "value", "threshold", "words")


@dataclass(frozen=True, repr=False)
class ScalingFit:
    """One law fitted to one series, or refused: ``is_refused`` tells, and ``findings`` say why."""

    study: Study

    @property
    def series(self) -> str:
        """Name of the series, with its evaluation set where that has a name."""
        return self.study.series

    @property
    def law(self) -> str:
        """Name of the law."""
        return self.study.protocol.law

    @property
    def is_refused(self) -> bool:
        """Whether nothing was fitted."""
        return self.study.is_refused

    @property
    def parameters(self) -> dict[str, float]:
        """The law's parameters by name, in the units that ``summary`` gives; empty where the series is refused."""
        return {} if self.study.fit is None else self.study.fit.estimates

    @property
    def findings(self) -> pl.DataFrame:
        """What speaks against the fit: ``code``, ``severity`` (error or warning), ``value``, ``threshold``, ``words``."""
        rows = [{name: getattr(each, name) for name in _FINDINGS} for each in self.study.findings]
        kinds = [pl.String, pl.String, pl.Float64, pl.Float64, pl.String]
        return pl.DataFrame(rows, schema=dict(zip(_FINDINGS, kinds, strict=True)), orient="row", strict=False)

    def summary(self) -> pl.DataFrame:
        """Return one row a parameter: ``series, law, parameter, estimate, low95, high95, unit, borrowed_from``.

        ``borrowed_from`` says where a parameter comes from that was not fitted. No row where the series is refused.
        """
        told = {each.name: each.unit for each in self.study.protocol.form.all_parameters}
        fixed, source = dict(self.study.protocol.fixed), self.study.protocol.borrowed_from or "the caller"
        rows = [
            (self.series, self.law, name, each.estimate, each.low, each.high, told[name], source if name in fixed else None)
            for name, each in self.study.intervals.items()
        ]
        return pl.DataFrame(rows, schema=_SUMMARY, orient="row").fill_nan(None)

    def predict(self, **target: float) -> pl.DataFrame:
        """Foretell the loss of a model: one row ``series, law, quantity, estimate, low95, high95, extrapolation_factor``.

        Args:
            target: the law's inputs by column, such as ``parameter_count=70e9, token_count=1.4e12``; C is 6ND if not given.

        Returns:
            ``loss`` in nats; ``extrapolation_factor`` is the target's compute over the largest that was fitted. No row where
            the series is refused.

        Raises:
            KeyError: the law reads a column that is not given.
        """
        known = {"parameter_count", "token_count"} <= target.keys()
        flop = {"compute_flop": 6 * target["parameter_count"] * target["token_count"]} if known else {}
        return self._answered(forecast(self.study, {**flop, **target}))

    def allocate(self, compute_flop: float, **given: float) -> pl.DataFrame:
        """Split a budget of ``compute_flop`` FLOP with C = 6ND: rows as in `predict`.

        Args:
            compute_flop: C.
            given: further inputs of the law, such as ``unique_token_count``.

        Returns:
            ``parameter_count`` (N*), ``token_count`` (D*), ``tokens_per_parameter``, ``loss`` in nats, and for additive laws
            ``optimum_exponent`` (a of N* ~ C^a).

        Raises:
            ValueError: the law says nothing of how to split compute between N and D.
        """
        return self._answered(best_split(self.study, compute_flop, given))

    def plot(self, kind: Kind = "contours") -> Chart:
        """Return a picture: ``contours``, ``residuals``, ``fan``, ``profiles`` or ``errors``.

        Raises:
            KeyError: there is no such kind.
            ValueError: there is nothing to show; the message says why.
        """
        return chart_of(self.study, kind)

    def as_dict(self) -> dict[str, Any]:
        """Return everything as plain values, as ``hubtree scaling fit --json`` prints it."""
        return as_values(self.study)

    def _answered(self, answer: Answer | None) -> pl.DataFrame:
        values = {} if answer is None else answer.values
        rows = [
            (self.series, self.law, name, each.estimate, each.low, each.high, answer.reach if answer else None)
            for name, each in values.items()
        ]
        kinds: list[Any] = [pl.String] * 3 + [pl.Float64] * 4
        names = ("series", "law", "quantity", "estimate", "low95", "high95", "extrapolation_factor")
        return pl.DataFrame(rows, schema=dict(zip(names, kinds, strict=True)), orient="row").fill_nan(None)

    def __repr__(self) -> str:
        """Return what ``hubtree scaling fit`` prints."""
        return "\n".join(in_words(self.study))


class ScalingFits(Sequence[ScalingFit]):
    """Fits of several series; what asks one series asks all of them, and the answers stand in one frame."""

    def __init__(self, fits: Sequence[ScalingFit]) -> None:
        """Take the fits in their order."""
        self._fits = tuple(fits)

    @overload
    def __getitem__(self, key: int | str) -> ScalingFit: ...
    @overload
    def __getitem__(self, key: slice) -> ScalingFits: ...
    def __getitem__(self, key: int | str | slice) -> ScalingFit | ScalingFits:
        """Return a fit by place or by the name of its series.

        Raises:
            KeyError: no series, or more than one, is called so.
        """
        if isinstance(key, slice):
            return ScalingFits(self._fits[key])
        if isinstance(key, int):
            return self._fits[key]
        found = [each for each in self._fits if key in {each.series, each.study.group[1]}]
        if len(found) != 1:
            names = ", ".join(each.series for each in found or self._fits)
            raise KeyError(f"{'several series are' if found else 'no series is'} called {key}: {names}")
        return found[0]

    def __len__(self) -> int:
        """Return the number of series."""
        return len(self._fits)

    def __iter__(self) -> Iterator[ScalingFit]:
        """Go through the fits."""
        return iter(self._fits)

    def summary(self) -> pl.DataFrame:
        """Return one row a series and parameter, see `ScalingFit.summary`; refused series have none."""
        return self._all(ScalingFit.summary)

    def findings(self) -> pl.DataFrame:
        """Return what speaks against each fit, with its ``series``."""
        return self._all(lambda each: each.findings.select(pl.lit(each.series).alias("series"), pl.all()))

    def predict(self, **target: float) -> pl.DataFrame:
        """Return each series' forecast, see `ScalingFit.predict`."""
        return self._all(lambda each: each.predict(**target))

    def allocate(self, compute_flop: float, **given: float) -> pl.DataFrame:
        """Return each series' split of a budget, see `ScalingFit.allocate`."""
        return self._all(lambda each: each.allocate(compute_flop, **given))

    def plot(self, kind: Kind = "contours") -> Chart:
        """Return a picture of the only series, see `ScalingFit.plot`.

        Raises:
            ValueError: there are several; choose one by name.
        """
        if len(self) != 1:
            raise ValueError(f"a picture shows one series, and there are {len(self)}: choose one, as in fits[name].plot()")
        return self._fits[0].plot(kind)

    def _all(self, of: Callable[[ScalingFit], pl.DataFrame]) -> pl.DataFrame:
        return pl.concat([of(each) for each in self._fits]) if self._fits else pl.DataFrame()

    def __repr__(self) -> str:
        """Return what ``hubtree scaling fit`` prints."""
        return "\n".join(map(repr, self._fits))


def fit(
    losses: pl.DataFrame,
    *,
    law: str = "chinchilla",
    delta: float = 1e-3,
    space: Space = "log",
    cut: Cut | None = None,
    fixed: Mapping[str, float] | None = None,
    borrowed_from: str = "",
    resample: Resample = "auto",
    n_replicates: int = N_REPLICATES,
    seed: int = SEED,
    anyway: bool = False,
) -> ScalingFits:
    """Fit a law to each series of losses: the global optimum of a stated objective, with intervals and findings.

    Args:
        losses: one row an observation. ``loss`` in nats per token; the law's inputs, such as ``parameter_count`` (N) and
            ``token_count`` (D); where there are several, ``source_name``, ``series`` and ``eval_set``; ``run_id`` where a
            run has checkpoints. The table ``losses`` will do as it is.
        law: a name of ``laws.registry``; ``hubtree scaling laws`` lists them.
        delta: width of Huber's function, in ln L (``space`` log) or nats (``space`` raw); infinity is least squares.
        space: residuals of ln L or of L.
        cut: which observations are left out; a published cut of a known source unless given.
        fixed: borrowed parameters by name.
        borrowed_from: where they come from, in words.
        resample: what the bootstrap draws; ``auto`` takes whole runs where there are checkpoints.
        n_replicates: bootstrap replicates; 0 for no intervals.
        seed: of the bootstrap.
        anyway: fit what an error speaks against.

    Returns:
        A fit a series, in the order of source, series and evaluation set; a refused one says why.

    Raises:
        KeyError: there is no such law, or it has no such parameter.
        ValueError: the frame has no column ``loss``.
    """
    if "loss" not in losses.columns:
        raise ValueError(f"losses need a column loss, in nats; there are {', '.join(losses.columns)}")
    borrowed = dict(fixed or {})
    law_named(law).with_fixed(**borrowed)
    protocol = Protocol(
        law, delta, space, cut or Cut(), tuple(borrowed.items()), borrowed_from, resample, n_replicates, seed, anyway
    )  # fmt: skip
    named = {old: new for old, new in (("model_width", "width"), ("model_depth", "depth")) if old in losses.columns}
    return ScalingFits([ScalingFit(study) for study in study_all(losses.rename(named), protocol)])
