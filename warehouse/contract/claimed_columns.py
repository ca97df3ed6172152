"""Columns of the comparison of claimed with measured results."""

from __future__ import annotations

from typing import Final

from warehouse.contract.column import Column, count, flag, number, text, texts

CLAIMED_COLUMNS: Final = (
    text(
        "benchmark_name",
        "Benchmark under one name (warehouse/codes/benchmarks.csv); else letters and digits of the claim's own word for it.",
    ),
    text("claimed_metric", "Metric as the card names it, under one word; null where a table does not say."),
    count("claimed_shots", "Solved examples in the prompt, as the card says; null where it does not."),
    text(
        "claimed_unit",
        "What the card's number was read as, where compared: share; percent (a percent sign, above 1, or a leaderboard's).",
    ),
    flag("is_rescaled", "The card repeats a leaderboard that subtracts chance; claimed_value is turned back."),
    Column("claimed_value", "DOUBLE", "The claim as a share; null where it is not compared.", minimum=0, maximum=1),
    Column("measured_value", "DOUBLE", "The imported score it is held against.", minimum=0, maximum=1),
    number("measured_stderr", "Standard error of measured_value, where known."),
    count("n_measured", "Imported scores of the model on the benchmark with the claim's metric and shots."),
    Column("claimed_difference", "DOUBLE", "claimed_value less measured_value: above 0 the card claims more."),
    flag("is_beyond_error", "The difference exceeds 1.96 standard errors of the measurement; null where they are unknown."),
    texts(
        "comparison_doubts",
        "What one side does not tell, or what was done to compare: metric_untold, shots_untold, other_revision, rescaled.",
    ),
    text("comparison_reason", "Why the claim is not compared; null where it is."),
)
