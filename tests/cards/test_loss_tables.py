"""Losses out of the tables in which cards log a training."""

from __future__ import annotations

import pytest

from pipelines.cards.loss_tables import MAX_LOSSES, CardLoss, losses_of_tables
from pipelines.cards.markdown_lines import read_lines


def read(text: str) -> list[CardLoss]:
    return list(losses_of_tables(read_lines(text)))


def test_tokens_and_losses_are_read_with_their_letters() -> None:
    assert read("| tokens | loss |\n|---:|---:|\n| 2B | 3.5 |\n| 1.5T | 2.25 |\n\n| tokens | loss |\n|-|-|\n| 1B | 9 |") == [
        CardLoss(3.5, token_count=2e9),
        CardLoss(2.25, token_count=1.5e12),
    ]


def test_a_trainers_log_gives_its_validation_loss() -> None:
    text = (
        "### Training results\n\n| Training Loss | Epoch | Step | Validation Loss | Accuracy |\n|:-:|:-:|:-:|:-:|:-:|\n"
        "| No log | 1.0 | 313 | 0.5 | 0.8 |\n| 0.4 | 2.0 | 1,626 | 0.25 | 0.9 |\n"
    )
    assert read(text) == [CardLoss(0.5, step=313, epochs=1), CardLoss(0.25, step=1626, epochs=2)]


@pytest.mark.parametrize(
    "text",
    [
        "",
        "| loss | accuracy |\n|---|---|\n| 1.0 | 0.5 |",
        "| step | accuracy |\n|---|---|\n| 1 | 0.5 |",
        "| step | loss |\n| 1 | 0.5 |",
        "```\n| step | loss |\n|---|---|\n| 1 | 0.5 |\n```",
        "| step | loss |\n|---|---|\n| 1 | none |",
        "| step | loss |",
    ],
)
def test_what_logs_no_training_gives_nothing(text: str) -> None:
    assert read(text) == []


def test_a_log_is_cut_at_its_limit() -> None:
    text = "| step | loss |\n|---|---|\n" + "\n".join(f"| {at} | 1.5 |" for at in range(10 * MAX_LOSSES))
    assert len(read(text)) == MAX_LOSSES
