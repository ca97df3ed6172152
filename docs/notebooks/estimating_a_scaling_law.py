"""Estimating a scaling law: from a design of runs to a forecast with intervals, and what can go wrong. A notebook of marimo.

    marimo edit docs/notebooks/estimating_a_scaling_law.py

The losses are invented from a known law, so that every estimate can be compared with the truth. Put your own in their place:
hub.table("losses") of a home into which losses were imported, or any frame with loss, parameter_count and token_count.
"""

import marimo

app = marimo.App(width="medium", app_title="Estimating a scaling law")


@app.cell
def _():
    import marimo as mo
    import numpy as np
    import polars as pl

    from pipelines.scaling import fit

    return fit, mo, np, pl


@app.cell
def _(mo):
    mo.md(
        r"""
        # How good will a model be that nobody has trained?

        The additive law of Hoffmann et al. (2022) writes the loss of a model of $N$ parameters after $D$ tokens as

        $$L(N, D) = E + A N^{-\alpha} + B D^{-\beta}$$

        in nats per token. Below, 48 runs are invented from such a law with 0.5 % noise; the three largest are kept aside.
        """
    )
    return


@app.cell
def _(np, pl):
    truth = {"E": 1.8, "A": 480.0, "B": 2100.0, "alpha": 0.35, "beta": 0.37}

    def loss_of(parameters, tokens):
        law = truth["A"] * parameters ** -truth["alpha"] + truth["B"] * tokens ** -truth["beta"]
        return truth["E"] + law

    sizes = np.geomspace(5e7, 1e10, 8)
    grid = [(size, size * ratio) for size in sizes for ratio in (2.0, 5.0, 10.0, 20.0, 50.0, 100.0)]
    noise = np.random.default_rng(7).normal(0.0, 0.005, len(grid))
    runs = pl.DataFrame(
        [(loss_of(n, d) * np.exp(each), n, d) for (n, d), each in zip(grid, noise, strict=True)],
        schema=["loss", "parameter_count", "token_count"],
        orient="row",
    ).sort(pl.col("parameter_count") * pl.col("token_count"))
    known, aside = runs.head(-3), runs.tail(3)
    return aside, known, loss_of, truth


@app.cell
def _(fit, known, mo, pl, truth):
    law = fit(known, n_replicates=200)[0]
    estimates = law.summary().select("parameter", "estimate", "low95", "high95", "unit")
    compared = estimates.join(pl.DataFrame({"parameter": list(truth), "truth": list(truth.values())}), on="parameter")
    mo.vstack([mo.md("## What does the fit say, and what is true?"), compared])
    return compared, law


@app.cell
def _(law, mo):
    mo.vstack(
        [
            mo.md(
                """
                ## What speaks against it?

                A fit comes with its doubts: too few sizes, one ratio of tokens to parameters alone, parameters that trade
                places. An empty table is good news. [What each finding means](../scaling.md)
                """
            ),
            law.findings,
        ]
    )
    return


@app.cell
def _(aside, law, mo, pl):
    foretold = pl.concat([law.predict(parameter_count=n, token_count=d) for _, n, d in aside.iter_rows()]).select(
        "estimate", "low95", "high95", "extrapolation_factor", measured=aside["loss"]
    )
    mo.vstack([mo.md("## Does it foretell the three runs kept aside?"), foretold])
    return (foretold,)


@app.cell
def _(law, mo):
    split = law.allocate(compute_flop=1e23).select("quantity", "estimate", "low95", "high95", "extrapolation_factor")
    mo.vstack(
        [
            mo.md(
                """
                ## How should 10²³ FLOP be split?

                `extrapolation_factor` is the budget over the largest run that was fitted: far beyond, the interval speaks of
                noise and not of whether the law goes on.
                """
            ),
            split,
        ]
    )
    return (split,)


@app.cell
def _(fit, known, mo, pl):
    one_ratio = known.filter((pl.col("token_count") / pl.col("parameter_count") - 20).abs() < 1)
    narrow = fit(one_ratio, n_replicates=50)[0]
    mo.vstack(
        [
            mo.md(
                """
                ## And with one ratio of tokens to parameters?

                The same law, but every run has 20 tokens a parameter: N and D move together, and nothing can tell their shares
                apart. The curve goes through the points all the same; the warnings tell, and the intervals are wide open.
                """
            ),
            narrow.findings,
        ]
    )
    return (narrow,)


if __name__ == "__main__":
    app.run()
