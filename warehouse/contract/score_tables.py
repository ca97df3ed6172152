"""Tables over scores: how they follow compute, what design adds, how they change along edges, who stands in front."""

from __future__ import annotations

from typing import Final

from warehouse.contract.table import Rule, Table, names


def _ordered(table: str, key: str, name: str) -> str:
    return (
        f"select {key} from {table} where {name} < {name}_low95 or {name} > {name}_high95"
        f" or ({name}_low95 is null) <> ({name}_high95 is null)"
    )


SCORE_SCALING: Final = Table(
    name="score_scaling",
    grain="one protocol with scores of at least five models of known compute",
    key=("protocol_id",),
    column_names=names("""
        protocol_id metric_kind n_scored_models n_computes rank_correlation rank_correlation_low95 rank_correlation_high95
    """),
    required=names("metric_kind n_scored_models n_computes rank_correlation rank_correlation_low95 rank_correlation_high95"),
    beware=(
        "A rank correlation says that compute orders scores, not by which law; compare kinds of metric on one benchmark alone.",
        "Models of one family or run are not independent: intervals are too narrow.",
    ),
    rules=(
        Rule(
            "a rank correlation lies in its interval",
            "fail",
            "The estimate and both ends are there, in order.",
            _ordered("score_scaling", "protocol_id", "rank_correlation"),
        ),
    ),
)

DESIGN_GAINS: Final = Table(
    name="design_gains",
    grain="one protocol with scores of at least 100 models of known size in 20 families",
    key=("protocol_id",),
    column_names=names("""
        protocol_id n_scored_models n_scored_families scale_error design_error design_gain design_gain_low95 design_gain_high95
        shuffled_gain shuffled_gain_largest
    """),
    required=names(
        "n_scored_models n_scored_families scale_error design_error design_gain shuffled_gain shuffled_gain_largest"
    ),
    beware=(
        "A gain above shuffled_gain_largest is more than chance; which feature brings it, and why, is not told.",
        "Size alone is the scale here: most fine-tunes do not tell their tokens, so part of a gain may be data.",
    ),
    rules=(
        Rule(
            "a gain is that of its errors",
            "fail",
            "design_gain is 1 less design_error over scale_error, and lies in its interval.",
            "select protocol_id from design_gains where abs(design_gain - (1 - design_error / scale_error)) > 1e-9"
            " or design_gain < design_gain_low95 or design_gain > design_gain_high95",
        ),
    ),
)

SCORE_CHANGES: Final = Table(
    name="score_changes",
    grain="one relation, baseline and protocol with at least one scored pair",
    key=("relation", "baseline", "protocol_id"),
    column_names=names("""
        relation baseline protocol_id n_pairs n_parents_compared score_change score_change_low95 score_change_high95
        median_change improved_share clear_share
    """),
    required=names("n_pairs n_parents_compared score_change median_change improved_share"),
    beware=(
        "Makers submit what turned out well: changes are of submitted models, not of all.",
        "best_parent is a high bar: the best of several noisy scores is too high on average.",
    ),
    rules=(
        Rule(
            "a score change lies in its interval",
            "fail",
            "Both ends are there or neither, and hold the mean.",
            _ordered("score_changes", "relation, baseline, protocol_id", "score_change"),
        ),
        Rule(
            "only merges have several parents to be compared with",
            "fail",
            "best_parent and mean_parent stand beside relation merge alone.",
            "select relation, baseline, protocol_id from score_changes where baseline <> 'parent' and relation <> 'merge'",
        ),
    ),
)

SCORE_LINKS: Final = Table(
    name="score_links",
    grain="one benchmark told as a loss and as an accuracy: how well the accuracy follows, in two steps and in one",
    key=("loss_protocol_id", "protocol_id"),
    column_names=names("""
        loss_protocol_id protocol_id n_scored_models link_error two_step_error direct_error best_seen_error
    """),
    required=names("n_scored_models link_error two_step_error direct_error best_seen_error"),
    beware=("A way is worth its forecast only where it errs less than best_seen_error, the best accuracy seen so far.",),
    rules=(
        Rule(
            "a link joins two protocols",
            "fail",
            "Loss and accuracy are measured under different protocols, and both are among the evaluations.",
            "select loss_protocol_id from score_links where loss_protocol_id = protocol_id",
        ),
    ),
)

SCORE_FRONTS: Final = Table(
    name="score_fronts",
    grain="one model that none as small and as old matches, in one protocol",
    key=("protocol_id", "model_ref"),
    column_names=names("protocol_id model_ref model_id value parameter_count known_at"),
    required=names("value parameter_count known_at"),
    references=(("model_id", "models", "model_id"),),
    beware=("Being in front may be luck, or training on the benchmark; models without a size or date are left out.",),
    fractional=("parameter_count",),
)
