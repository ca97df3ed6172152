"""One series studied under one protocol: fit, intervals, findings, forecast of the largest model; or why it is refused."""

from __future__ import annotations

import hashlib
import json
from dataclasses import asdict, dataclass, field, replace
from typing import Final, Literal

import numpy as np
import polars as pl

from pipelines.scaling.arrays import Ints
from pipelines.scaling.fitting.engine import Fit, fit_law
from pipelines.scaling.identifiability import Finding, examine_data, examine_fit, examine_rival, lag_correlation
from pipelines.scaling.laws.law import Law
from pipelines.scaling.laws.registry import law_named
from pipelines.scaling.objective import Objective, Space
from pipelines.scaling.preparation import GROUP, PUBLISHED_CUTS, Cut, Observations, as_arrays, prepare
from pipelines.scaling.selection import Criteria, HeldOut, criteria, effective_n, held_out_largest
from pipelines.scaling.uncertainty.bootstrap import Bootstrap, Interval, bootstrap
from pipelines.scaling.uncertainty.resampling import SEED, Resampling

Resample = Literal["auto", "pairs", "run", "size", "block"]
N_REPLICATES: Final = 1_000


@dataclass(frozen=True)
class Protocol:
    """Everything that decides a fit, beside the data."""

    law: str = "chinchilla"
    delta: float = 1e-3
    space: Space = "log"
    cut: Cut = field(default_factory=Cut)
    fixed: tuple[tuple[str, float], ...] = ()
    """Borrowed parameters."""
    borrowed_from: str = ""
    """Where they come from."""
    resample: Resample = "auto"
    n_replicates: int = N_REPLICATES
    seed: int = SEED
    anyway: bool = False
    """Fit what an error speaks against; zero degrees of freedom are refused all the same."""

    @property
    def form(self) -> Law:
        """The law with its borrowed parameters."""
        return law_named(self.law).with_fixed(**dict(self.fixed))

    @property
    def objective(self) -> Objective:
        """What is minimised."""
        return Objective(self.delta, self.space)

    @property
    def hash(self) -> str:
        """Return twelve hex digits of all of it."""
        return _digest(json.dumps(asdict(self), sort_keys=True, default=str).encode())


@dataclass(frozen=True)
class Study:
    """What came out of one series."""

    series: str
    group: tuple[str, ...]
    protocol: Protocol
    seen: Observations
    findings: tuple[Finding, ...]
    fit: Fit | None = None
    """None where the series is refused: an error among the findings says why."""
    replicates: Bootstrap | None = None
    held_out: HeldOut | None = None
    criteria: Criteria | None = None
    cut_words: str = "none"
    data_hash: str = ""

    @property
    def is_refused(self) -> bool:
        """Whether nothing was fitted."""
        return self.fit is None

    @property
    def intervals(self) -> dict[str, Interval]:
        """Every parameter with its 95 % interval; fixed and tied ones without width of their own."""
        if self.fit is None:
            return {}
        if self.replicates is None:
            return {name: Interval(value, np.nan, np.nan) for name, value in self.fit.estimates.items()}
        own = self.replicates.intervals()
        ties = self.fit.law.tied
        fixed = {name: Interval(value, value, value) for name, value in self.fit.estimates.items()}
        return {name: own.get(ties.get(name, name), fixed[name]) for name in self.fit.estimates}


def study_all(losses: pl.DataFrame, protocol: Protocol) -> list[Study]:
    """Study every group of observations (source, series, evaluation set), in their order.

    Args:
        losses: observations in nats, as `preparation.complete` reads them.
        protocol: law, objective, cut, resampling.
    """
    prepared = prepare(losses, protocol.cut)
    return [study(rows, protocol) for _, rows in prepared.group_by(GROUP, maintain_order=True)]


def study(rows: pl.DataFrame, protocol: Protocol) -> Study:
    """Study one group of prepared rows."""
    law = protocol.form
    seen = as_arrays(rows, law.inputs)
    group = tuple(str(rows[name][0]) for name in GROUP)
    against = tuple(examine_data(law, seen)) if seen.n else (_empty(law),)
    result = Study(
        seen.name or group[1], group, protocol, seen, against,
        cut_words=_cut_words(protocol.cut, group[1]), data_hash=_data_hash(rows),
    )  # fmt: skip
    if any(_forbids(each, protocol) for each in result.findings):
        return result
    columns = {name: seen.columns[name] for name in law.inputs}
    fit = fit_law(law, columns, seen.loss, objective=protocol.objective)
    how, labels = resampling_of(protocol, seen)
    replicates = bootstrap(fit, labels, how, protocol.n_replicates, seed=protocol.seed) if protocol.n_replicates else None
    n_effective = effective_n(seen, lag_correlation(fit.residuals, seen.run))
    intervals = replicates.intervals() if replicates else {}
    held_out = held_out_largest(law, seen, protocol.objective)
    return replace(
        result,
        fit=fit,
        replicates=replicates,
        findings=(*result.findings, *examine_fit(fit, seen, intervals), *_guard(law, seen, protocol, held_out)),
        held_out=held_out,
        criteria=criteria(fit, n_effective),
    )


def _guard(law: Law, seen: Observations, protocol: Protocol, held_out: HeldOut | None) -> list[Finding]:
    """Return what speaks against a law that must win on held-out data; nothing where none could be held out."""
    if not law.simpler or held_out is None:
        return []
    rival = held_out_largest(law_named(law.simpler), seen, protocol.objective)
    return [] if rival is None else examine_rival(law, held_out.are, rival.are)


def _empty(law: Law) -> Finding:
    words = f"no observation has {', '.join(law.inputs)} and a loss"
    return Finding("no_degrees_of_freedom", "error", 0, len(law.names), words)


def _forbids(finding: Finding, protocol: Protocol) -> bool:
    if finding.severity != "error":
        return False
    return not protocol.anyway or finding.code in {"no_degrees_of_freedom", "constant_loss"}


def resampling_of(protocol: Protocol, seen: Observations) -> tuple[Resampling, Ints]:
    """Return the way to resample: whole runs as soon as there are checkpoints, unless told."""
    how: Resampling = protocol.resample if protocol.resample != "auto" else ("run" if seen.has_checkpoints else "pairs")
    return how, seen.size if how == "size" else seen.run


def spread_of_held_out(study: Study) -> Bootstrap | None:
    """Return replicates of the fit without the largest model, drawn as those of the whole fit; None without either."""
    if study.held_out is None or not study.protocol.n_replicates:
        return None
    how, labels = resampling_of(study.protocol, study.seen)
    protocol = study.protocol
    is_train = study.seen.size != study.seen.size.max()
    return bootstrap(study.held_out.fit, labels[is_train], how, protocol.n_replicates, seed=protocol.seed)


def _cut_words(cut: Cut, series: str) -> str:
    if cut.drop_highest is None and series in PUBLISHED_CUTS:
        n, words = PUBLISHED_CUTS[series]
        return replace(cut, drop_highest=n).words + f" ({words})"
    return cut.words


def _data_hash(rows: pl.DataFrame) -> str:
    names = sorted(name for name, kind in rows.schema.items() if not kind.is_nested())
    digest = hashlib.sha256()
    # In pieces, as a million rows are a third of a gigabyte of text.
    for place, part in enumerate(rows.select(names).iter_slices(50_000)):
        digest.update(part.write_csv(include_header=place == 0).encode())
    return digest.hexdigest()[:12]


def _digest(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()[:12]
