"""Strength from relatives for whole tables: series of too few sizes borrow, those of one source are tested for one pair."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any, Final

import numpy as np
import polars as pl

from pipelines.scaling.fitting.engine import Fit
from pipelines.scaling.preparation import GROUP, prepare
from pipelines.scaling.sharing import borrow, share_exponents
from pipelines.scaling.study import Study, study

MOST_POOLED: Final = 5
"""Series in one pooled fit, whose cost grows with the cube of their number."""
_SHAKY: Final = frozenset(
    {"one_ray", "flat_profile", "few_sizes", "wide_exponent", "large_exponent", "several_optima", "no_floor"}
)
"""Findings after which a fit lends nothing, as its parameters are not to be quoted."""

TESTS: Final[dict[str, Any]] = {
    **dict.fromkeys(("source_name", "eval_set"), pl.String),
    "pooled_series": pl.List(pl.String),
    **dict.fromkeys(("n_pooled_series", "n_fitted_losses"), pl.Int64),
    **dict.fromkeys(("alpha", "beta", "sharing_statistic"), pl.Float64),
    "n_freed": pl.Int64,
    **dict.fromkeys(("sharing_p", "sharing_aic_gain"), pl.Float64),
}


def borrowed_studies(losses: pl.DataFrame, studies: Sequence[Study]) -> list[Study]:
    """Study again, with A and alpha of a relative, each series of the additive law that was refused for its few sizes.

    The relative is the series of the same source whose models are nearest in size, else the median of all series; the study's
    protocol names it. Series that are still refused, and those that nobody can lend to, are not there.

    Args:
        losses: what ``studies`` were made of.
        studies: of one protocol.
    """
    lenders = {_name(each.group): each for each in studies if _lends(each)}
    needy = {each.group: each for each in studies if _is_needy(each)}
    if not lenders or not needy:
        return []
    fits = {name: each.fit for name, each in lenders.items() if each.fit is not None}
    found = []
    for _, rows in prepare(losses, studies[0].protocol.cut).group_by(GROUP, maintain_order=True):
        asking = needy.get(tuple(str(rows[name][0]) for name in GROUP))
        if asking is not None:
            values, source = borrow(fits, _nearest(asking, lenders))
            protocol = replace(asking.protocol, fixed=tuple(sorted(values.items())), borrowed_from=source)
            found.append(study(rows, protocol))
    return [each for each in found if not each.is_refused]


def _lends(one: Study) -> bool:
    return one.fit is not None and not one.protocol.fixed and not _SHAKY & {finding.code for finding in one.findings}


def _is_needy(one: Study) -> bool:
    errors = {finding.code for finding in one.findings if finding.severity == "error"}
    return one.is_refused and "few_sizes" in errors and one.seen.n > 0


def _nearest(asking: Study, lenders: Mapping[str, Study]) -> list[str]:
    """Return the lenders of the same source, the nearest in the mean of ln N first."""
    own = [name for name, each in lenders.items() if each.group[0] == asking.group[0]]
    return sorted(own, key=lambda name: (abs(_mean_size(lenders[name]) - _mean_size(asking)), name))


def _mean_size(one: Study) -> float:
    return float(np.log(one.seen.columns["parameter_count"]).mean())


def _name(group: tuple[str, ...]) -> str:
    source, series, text = group
    return f"{source}: {series}" if text == "unnamed" else f"{source}: {series} on {text}"


def exponent_tests(studies: Sequence[Study]) -> pl.DataFrame:
    """Test, for each source and evaluation set, one pair of exponents for all series against a pair for each.

    Args:
        studies: of the additive law; refused ones and borrowed ones are left out, and of more than `MOST_POOLED` series those
            with the fewest findings and the most losses are taken.

    Returns:
        One row a source and evaluation set with two series or more: the shared ``alpha`` and ``beta``, twice the log likelihood
        that own exponents gain, parameters freed by them, the probability of such a gain by chance, and AIC of own exponents
        less that of shared ones. Sorted by source and evaluation set.
    """
    pools: dict[tuple[str, str], list[Study]] = {}
    for each in studies:
        if each.fit is not None and not each.protocol.fixed and each.fit.certificate.is_converged:
            pools.setdefault((each.group[0], each.group[2]), []).append(each)
    rows = [_test(key, pool) for key, pool in sorted(pools.items()) if len(pool) > 1]
    return pl.DataFrame(rows, schema=TESTS, orient="row").with_columns(pl.selectors.float().round_sig_figs(10))


def _test(key: tuple[str, str], pool: Sequence[Study]) -> dict[str, object]:
    ranked = sorted(pool, key=lambda each: (len(each.findings), -each.seen.n, each.group))[:MOST_POOLED]
    chosen = sorted(ranked, key=lambda each: each.group)
    fits: list[Fit] = [each.fit for each in chosen if each.fit is not None]
    n_effective = sum(each.criteria.n_effective for each in chosen if each.criteria is not None)
    found = share_exponents([(fit.columns, fit.target) for fit in fits], fits[0].objective, n_effective)
    return {
        **dict(zip(("source_name", "eval_set"), key, strict=True)),
        "pooled_series": [each.group[1] for each in chosen],
        "n_pooled_series": len(chosen),
        "n_fitted_losses": sum(each.seen.n for each in chosen),
        "alpha": found.pooled.estimates["alpha"],
        "beta": found.pooled.estimates["beta"],
        "sharing_statistic": found.statistic,
        "n_freed": found.n_freed,
        "sharing_p": found.p_value,
        "sharing_aic_gain": found.aic_gain,
    }
