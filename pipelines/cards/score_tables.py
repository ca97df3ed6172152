"""Cells of the Markdown tables that compare scores: a table counts when a row or column bears a known benchmark's name.

The log of a training (loss by step) is another thing and is left out, as are tables of files and of hyperparameters.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from functools import lru_cache
from typing import Final, NamedTuple

from pipelines.cards.markdown_lines import Lines

MAX_ROWS: Final = 100
MAX_COLUMNS: Final = 30
MAX_LINE_CHARS: Final = 4_000
MAX_LABEL_CHARS: Final = 120

_RULE = re.compile(r"[\s|:+-]+")
_SCORE = re.compile(r"[*_`~<>\s]*[-+]?\d{1,6}(?:[.,]\d{1,10})?\s*%?(?:\s*(?:±|\+/-)\s*\d{1,6}(?:\.\d{1,10})?)?[*_`\s%]*")
_KNOWN = re.compile(
    r"\b(?:mmlu\w*|arc|arc[-_ ](?:c|e|challenge|easy)|hellaswag|truthfulqa|winogrande|gsm ?-?8k|math|bbh|big[- ]?bench\w*|"
    r"ifeval|gpqa|musr|humaneval|mbpp|piqa|siqa|boolq|openbookqa|obqa|lambada|squad\w*|glue|sst-?2|mnli|qnli|qqp|rte|mrpc|cola|sts-?b|"
    r"superglue|xnli|xquad|tydi\w*|race|drop|natural ?questions|triviaqa|agieval|c-?eval|cmmlu|alpaca ?eval|mt-?bench|arena|"
    r"imagenet\w*|cifar\w*|coco|librispeech|common ?voice|fleurs|wmt\w*|flores\w*|cnn|xsum|"
    r"accuracy|acc|f1|macro[- ]f1|micro[- ]f1|precision|recall|bleu|chrf\d?|chr-f|rouge\w*|wer|cer|perplexity|ppl|"
    r"exact[- ]match|em|auc|mcc|map|ndcg\w*|mrr|spearman\w*|pearson\w*|top-?[15]|meteor|bertscore|avg|average)\b",
    re.IGNORECASE,
)
_TRAINING_LOG: Final = ("training loss", "train loss", "epoch", "step")


class Cell(NamedTuple):
    """One score with the words of its row and column."""

    row: str
    column: str
    text: str


def cells_of_tables(lines: Lines) -> Iterator[Cell]:
    """Yield the scores of a card's tables, in the order they stand. Linear in the text's length."""
    rows: list[str] = []
    for line, code in lines.pairs():
        if "|" in line and code is None and line.lstrip().startswith("|"):
            if len(rows) < MAX_ROWS:
                rows.append(line[:MAX_LINE_CHARS])
        elif rows:
            yield from _cells(rows)
            rows = []
    yield from _cells(rows)


def _cells(rows: Sequence[str]) -> Iterator[Cell]:
    if len(rows) < 3 or not _RULE.fullmatch(rows[1].strip()):
        return
    header = _split(rows[0])
    if any(name.lower() in _TRAINING_LOG for name in header):
        return
    body = [_split(row) for row in rows[2:]]
    if not (any(map(_is_known, header)) or any(_is_known(row[0]) for row in body)):
        return
    for row in body:
        for column, text in zip(header[1:], row[1:], strict=False):
            if len(text) <= MAX_LABEL_CHARS and _SCORE.fullmatch(text):
                yield Cell(row[0], column, text.strip("*_` "))


@lru_cache(maxsize=20_000)
def _is_known(label: str) -> bool:
    """Tell whether a label names a benchmark or a metric; most labels are in many a card."""
    return _KNOWN.search(label) is not None


def _split(row: str) -> list[str]:
    cells = [cell.strip() for cell in row.strip().removeprefix("|").removesuffix("|").split("|", MAX_COLUMNS)[:MAX_COLUMNS]]
    return [cell.strip("*_` ")[:MAX_LABEL_CHARS] for cell in cells]
