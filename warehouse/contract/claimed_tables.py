"""What cards claim of their models' results beside what others measured."""

from __future__ import annotations

from typing import Final

from warehouse.contract.table import Rule, Table, names

CLAIMED_RESULTS: Final = Table(
    name="claimed_results",
    grain="one result that a model's card claims for the model itself, and what an imported source measured of it",
    key=("model_id", "claim_number"),
    column_names=names("""
        model_id claim_number claim_source benchmark_name reported_text claimed_metric claimed_shots claimed_unit is_rescaled
        claimed_value protocol_id source_name measured_value measured_stderr n_measured claimed_difference is_beyond_error
        comparison_doubts comparison_reason
    """),
    required=names("claim_source reported_text is_rescaled n_measured comparison_doubts"),
    references=(("model_id", "models", "model_id"),),
    beware=(
        "A difference is no proof: prompts, revisions and software differ within one benchmark; read comparison_doubts.",
        "Who claims a result chose what to report, and leaderboards measure what was submitted.",
        "A claim may be copied from the very leaderboard it is held against: its source_url is in evaluation_claims.",
    ),
    rules=(
        Rule(
            "a claim is compared or says why not",
            "fail",
            "Both values, their difference and a protocol are there, or a reason and none of them.",
            "select model_id, claim_number from claimed_results where"
            " (comparison_reason is null) <> (claimed_difference is not null)"
            " or (comparison_reason is null) <> (protocol_id is not null) or (comparison_reason is null) <> (n_measured > 0)"
            " or abs(claimed_value - measured_value - claimed_difference) > 1e-9",
        ),
        Rule(
            "claims and measurements are shares",
            "fail",
            "Both values lie between 0 and 1.",
            "select model_id, claim_number from claimed_results where claimed_value not between 0 and 1"
            " or measured_value not between 0 and 1",
        ),
    ),
)
