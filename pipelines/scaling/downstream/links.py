"""From compute to a benchmark's loss to its accuracy, in two steps, beside the direct way, for every benchmark told both ways.

Bhagia et al. 2024, "Establishing Task Scaling Laws via Compute-Efficient Model Ladders": the loss of the right answer follows
the additive law of parameters and tokens, accuracy a sigmoid of that loss. The direct way is a sigmoid of ln C.
"""

from __future__ import annotations

from typing import Any, Final

import numpy as np
import polars as pl

from pipelines.scaling.arrays import Flags, Floats
from pipelines.scaling.fitting.engine import fit_law
from pipelines.scaling.laws.registry import LAWS
from pipelines.scaling.links import fit_link

FEWEST_MODELS: Final = 10
FEWEST_SIZES: Final = 4
"""Below so many sizes nothing is left to fit when the largest is held out."""

_SAME: Final = ["benchmark", "split", "model_ref"]
"""What a loss and an accuracy have in common: the same model on the same items."""

_LINKS: Final[dict[str, Any]] = {
    **dict.fromkeys(("loss_protocol_id", "protocol_id"), pl.String),
    "n_scored_models": pl.Int64,
    **dict.fromkeys(("link_error", "two_step_error", "direct_error", "best_seen_error"), pl.Float64),
}


def score_links(scores: pl.DataFrame) -> pl.DataFrame:
    """Return one row a protocol of losses and a protocol of accuracies of one benchmark, sorted by both.

    Args:
        scores: rows of `scores.one_score_each`.

    Returns:
        Mean absolute errors, as shares: of the link on all models, and on the largest size, held out, of two steps, of one
        direct step, and of the best accuracy seen among the smaller models. Only pairs with ten models of four sizes that
        tell N and D.
    """
    known = scores.filter(pl.col("parameter_count") > 0, pl.col("token_count") > 0, pl.col("benchmark").is_not_null())
    losses = known.filter(pl.col("metric_kind") == "nll", pl.col("value") > 0)
    hits = known.filter(pl.col("metric_kind") == "accuracy").select("protocol_id", *_SAME, score="value")
    pairs = losses.select(*_SAME, "parameter_count", "token_count", loss_protocol_id="protocol_id", loss="value").join(
        hits, on=_SAME, nulls_equal=True
    )
    rows = []
    for (loss_id, hit_id), models in pairs.sort("loss_protocol_id", "protocol_id", "model_ref").group_by(
        ["loss_protocol_id", "protocol_id"], maintain_order=True
    ):
        if models.height >= FEWEST_MODELS and models["parameter_count"].log().round(2).n_unique() >= FEWEST_SIZES:
            rows.append({"loss_protocol_id": loss_id, "protocol_id": hit_id, **_errors(models)})
    return pl.DataFrame(rows, schema=_LINKS, orient="row").with_columns(pl.selectors.float().round_sig_figs(10))


def _errors(models: pl.DataFrame) -> dict[str, float]:
    n, d, loss, score = (models[name].to_numpy() for name in ("parameter_count", "token_count", "loss", "score"))
    size = np.round(np.log(n), 2)
    is_target = size == size.max()
    train = ~is_target
    whole = fit_link("accuracy_from_loss", loss, score)
    return {
        "n_scored_models": len(n),
        "link_error": float(np.abs(whole.residuals).mean()),
        "two_step_error": _off(_two_steps(n, d, loss, score, train), score, is_target),
        "direct_error": _off(_direct(6 * n * d, score, train), score, is_target),
        "best_seen_error": float(np.abs(score[train].max() - score[is_target]).mean()),
    }


def _two_steps(n: Floats, d: Floats, loss: Floats, score: Floats, train: Flags) -> Floats:
    law = fit_law(LAWS["chinchilla"], {"parameter_count": n[train], "token_count": d[train]}, loss[train])
    foretold = law.law.predict({"parameter_count": n, "token_count": d}, law.theta)[0]
    link = fit_link("accuracy_from_loss", loss[train], score[train])
    return np.asarray(link.law.predict({"loss": foretold}, link.theta)[0])


def _direct(compute_flop: Floats, score: Floats, train: Flags) -> Floats:
    link = fit_link("score_from_capability", np.log(compute_flop[train]), score[train])
    return np.asarray(link.law.predict({"capability": np.log(compute_flop)}, link.theta)[0])


def _off(foretold: Floats, score: Floats, at: Flags) -> float:
    return float(np.abs(foretold - score)[at].mean())
