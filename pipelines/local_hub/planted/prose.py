"""Sentences for hand-written cards: invented, put together to a wanted length, the same for the same seed."""

from __future__ import annotations

from typing import Final

SECTIONS: Final = (
    ("Model description", (
        "This model continues the work on {stem} and keeps its tokenizer.",
        "We wanted a smaller sibling of {stem} that answers in one breath.",
        "The weights were trained on two rented cards over a long weekend.",
        "It reads up to eight thousand tokens and answers in plain prose.",
        "Compared with earlier checkpoints it repeats itself less often.",
    )),
    ("Intended uses & limitations", (
        "Use it for drafts, summaries and short dialogues, not for medical or legal advice.",
        "It has seen little text about places outside large cities.",
        "Numbers beyond four digits are often copied wrongly.",
        "People who build on it should read its answers before others do.",
    )),
    ("Training data", (
        "The corpus is a mix of forum posts, manuals and letters that their authors gave freely.",
        "Duplicates were removed by comparing shingles of eight words.",
        "One tenth was held back for the checks below.",
    )),
    ("Training procedure", (
        "We trained for three passes with a cosine schedule and a short warm-up.",
        "The batch held half a million tokens; gradients were clipped at one.",
        "Loss fell evenly but for one bump, where a disk had filled up.",
    )),
    ("Evaluation", (
        "Scores were taken with greedy decoding and no examples in the prompt.",
        "Three seeds differ by less than half a point on every set.",
        "On long documents it stays behind {stem}.",
    )),
    ("Bias, Risks, and Limitations", (
        "It repeats the habits of its sources, unpleasant ones included.",
        "Names from small languages are sometimes taken for places.",
        "We did not measure how it treats dialects.",
    )),
    ("Citation", (
        "If the model is of use, a link to this page is thanks enough.",
    )),
)  # fmt: skip


def prose(title: str, stem: str, length: int, seed: int) -> str:
    """Return a body of about ``length`` characters (at least its title), with as many sections as fit."""
    lines = [f"# {title}", ""]
    written = len(title) + 4
    for turn in range(400):
        heading, sentences = SECTIONS[turn % len(SECTIONS)]
        if written >= length:
            break
        paragraph = _paragraph(sentences, stem, min(length - written, 700), seed + turn)
        lines += [f"## {heading}" if turn < len(SECTIONS) else f"### Notes {turn}", "", paragraph, ""]
        written += len(paragraph) + len(heading) + 6
    return "\n".join(lines)


def _paragraph(sentences: tuple[str, ...], stem: str, length: int, seed: int) -> str:
    """Return sentences from ``seed`` on, cycling, until the length is reached."""
    chosen: list[str] = []
    written = 0
    while written < length:
        sentence = sentences[(seed + len(chosen)) % len(sentences)].format(stem=stem)
        chosen.append(sentence)
        written += len(sentence) + 1
    return " ".join(chosen)[: max(length, 1)].rstrip()
