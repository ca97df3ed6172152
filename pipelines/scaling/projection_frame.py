"""The projection stage of the additive law as Polars expressions, for all series at once.

At fixed exponents L = E + A/N^alpha + B/D^beta is linear in E, A and B (see `laws.projection`, of which this is the relational
twin). Powers of D are columns, powers of N rows of a cross join, so that every sum over observations is one aggregation of one
pass; the 3 x 3 normal equations are solved by Cramer's rule.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

import numpy as np
import polars as pl

from pipelines.scaling.laws.projection import exponent_grid
from pipelines.scaling.preparation import GROUP

N_KEPT: Final = 16


def project_series(prepared: pl.DataFrame, *, exponents: Sequence[float] | None = None, n_kept: int = N_KEPT) -> pl.DataFrame:
    """Return the best nodes of each series: E, A, B, alpha, beta and the weighted squares of the relative residuals.

    Args:
        prepared: rows of `preparation.prepare`, with N and D.
        exponents: nodes of both exponents; 67 even ones between 0.02 and 2 unless given.
        n_kept: nodes kept of each series.

    Returns:
        One row a series and node, the best first; nodes whose E, A or B is not positive are left out.
    """
    grid = [float(each) for each in (exponent_grid(2) if exponents is None else exponents)]
    known = prepared.filter(pl.col("parameter_count") > 0, pl.col("token_count") > 0, pl.col("loss") > 0)
    log_n, log_d = pl.col("parameter_count").log(), pl.col("token_count").log()
    centred = known.select(
        *GROUP,
        x=log_n - log_n.mean().over(GROUP),
        y=log_d - log_d.mean().over(GROUP),
        mean_x=log_n.mean().over(GROUP),
        mean_y=log_d.mean().over(GROUP),
        w=pl.col("loss") ** -2,
        loss="loss",
    )
    powers = centred.with_columns((-beta * pl.col("y")).exp().alias(f"q{at}") for at, beta in enumerate(grid))
    sums = powers.join(pl.DataFrame({"alpha": grid}), how="cross").with_columns(p=(-pl.col("alpha") * pl.col("x")).exp())
    w, p, loss = pl.col("w"), pl.col("p"), pl.col("loss")
    by_row = sums.group_by(*GROUP, "alpha").agg(
        w.sum().alias("s1"),
        (w * loss).sum().alias("sl"),
        (w * loss * loss).sum().alias("sll"),
        (w * p).sum().alias("sp"),
        (w * p * p).sum().alias("spp"),
        (w * p * loss).sum().alias("spl"),
        pl.col("mean_x", "mean_y").first(),
        pl.concat_list((w * p * pl.col(f"q{at}")).sum() for at in range(len(grid))).alias("spq"),
        pl.concat_list((w * pl.col(f"q{at}")).sum() for at in range(len(grid))).alias("sq"),
        pl.concat_list((w * pl.col(f"q{at}") ** 2).sum() for at in range(len(grid))).alias("sqq"),
        pl.concat_list((w * loss * pl.col(f"q{at}")).sum() for at in range(len(grid))).alias("sql"),
    )
    nodes = by_row.with_columns(beta=pl.lit(grid, pl.List(pl.Float64))).explode("beta", "spq", "sq", "sqq", "sql")
    return _kept(_solved(nodes), n_kept)


def _solved(nodes: pl.DataFrame) -> pl.DataFrame:
    """Return the nodes with E and the centred coefficients a and b by Cramer's rule, and the squares that are left."""
    s1, sp, sq, spp, spq, sqq = (pl.col(name) for name in ("s1", "sp", "sq", "spp", "spq", "sqq"))
    sl, spl, sql = (pl.col(name) for name in ("sl", "spl", "sql"))

    def determinant(a: Sequence[pl.Expr], b: Sequence[pl.Expr], c: Sequence[pl.Expr]) -> pl.Expr:
        return a[0] * (b[1] * c[2] - b[2] * c[1]) - a[1] * (b[0] * c[2] - b[2] * c[0]) + a[2] * (b[0] * c[1] - b[1] * c[0])

    one, two, three, right = (s1, sp, sq), (sp, spp, spq), (sq, spq, sqq), (sl, spl, sql)
    whole = determinant(one, two, three)
    solved = nodes.with_columns(
        E=determinant(right, two, three) / whole,
        a=determinant(one, right, three) / whole,
        b=determinant(one, two, right) / whole,
    )
    return solved.with_columns(squares=pl.col("sll") - pl.col("E") * sl - pl.col("a") * spl - pl.col("b") * sql)


def _kept(solved: pl.DataFrame, n_kept: int) -> pl.DataFrame:
    positive = solved.filter(*(pl.col(name) > 0 for name in ("E", "a", "b")), pl.col("squares").is_finite())
    order = [*GROUP, "squares", "alpha", "beta"]
    best = positive.sort(order).group_by(GROUP, maintain_order=True).head(n_kept)
    return best.select(
        *GROUP,
        "E",
        (pl.col("a") * (pl.col("alpha") * pl.col("mean_x")).exp()).alias("A"),
        (pl.col("b") * (pl.col("beta") * pl.col("mean_y")).exp()).alias("B"),
        "alpha",
        "beta",
        "squares",
    )


def as_starts(nodes: pl.DataFrame) -> np.ndarray:
    """Return a series' nodes as θ of the additive law: ln E, ln A, ln B, alpha, beta."""
    logs = (pl.col(name).log() for name in ("E", "A", "B"))
    return nodes.select(*logs, "alpha", "beta").to_numpy()
