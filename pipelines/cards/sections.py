"""The nine sections of *Model Cards for Model Reporting* (Mitchell et al. 2019, section 4), told by a card's headings.

Headings vary from card to card, so they are matched on their words: lower case, without numbers, marks and emoji. One heading
may carry several sections ("Intended uses & limitations"). How a model is called from Python is none of the nine.
"""

from __future__ import annotations

import re
from functools import lru_cache
from typing import Final

SECTIONS: Final = (
    "model_details",
    "intended_use",
    "factors",
    "metrics",
    "evaluation_data",
    "training_data",
    "quantitative_analyses",
    "ethical_considerations",
    "caveats",
)
"""In the paper's order; caveats stands for "Caveats and Recommendations"."""

FROM_METADATA: Final = {
    "license": "model_details",
    "datasets": "training_data",
    "metrics": "metrics",
    "model-index": "quantitative_analyses",
}
"""Fields of the front matter that fill a section which the text leaves empty."""

MAX_HEADING_CHARS: Final = 120
"""A longer line is a paragraph, whatever stands before it."""

_NO_WORD = re.compile(r"[^\w&]+|_")

_DATA: Final = r"(?:data(?:sets?)?|corp(?:us|ora)|sets?|samples)"
_PATTERNS: Final = {
    "model_details": (
        r"\b(?:model (?:details?|descriptions?|sources?|summary|overview|information|info|architecture|card authors?|"
        r"card contact|date|type|version|specifications?|configuration)|descriptions?|overview|about|introduction|"
        r"technical (?:details|specifications?)|citations?|citing|cite|bibtex|references?|papers?|authors?|contacts?|"
        r"licen[cs](?:e|es|ing)|acknowledge?ments?|architecture|training (?:procedure|details|hyperparameters|setup|regime|"
        r"process|configuration|parameters|infrastructure)|hyper ?parameters|framework versions|compute infrastructure|"
        r"hardware|software|merge (?:details|method)|models merged|developed by|developers?|credits)\b"
        r"|模型(?:介绍|描述|简介|详情|信息|架构)|简介|引用|许可|モデル(?:概要|詳細)|概要|引用|ライセンス|모델 (?:설명|정보)"
        r"|\b(?:beschreibung|modelbeschrijving|descripci[oó]n|descri[cç][aã]o|autores|cita|описание)\b"
    ),
    "intended_use": (
        r"\bintended\b|\b(?:direct|downstream|out of scope|primary|recommended|foreseeable|permitted) (?:uses?|usage)\b"
        r"|\bout of scope\b|\bmis ?use\b|\bmalicious use\b|^uses?$|\buse cases?\b|^applications?$|\btarget (?:users|audience)\b"
        r"|预期用途|用途|使用场景|\buso (?:previsto|pretendido)\b|\bverwendungszweck\b"
    ),
    "factors": r"\bfactors?\b|\bsub ?groups?\b|\bsub ?populations?\b|\bdemographics?\b|\bdialects?\b",
    "metrics": r"\bmetrics?\b|\bmeasures?\b|评估指标|\bm[eé]tricas\b",
    "evaluation_data": (
        rf"\b(?:evaluations?|eval|test(?:ing)?|validation|benchmark) {_DATA}\b|评估数据|測試数据|评测数据"
        rf"|\btrain(?:ing)? (?:and|&) (?:evaluation|eval|test|validation) {_DATA}\b"
    ),
    "training_data": (
        rf"\b(?:pre ?)?(?:train(?:ing|ed)?|fine ?tuning) (?:(?:and|&) (?:evaluation|eval|test|validation) )?{_DATA}\b|^{_DATA}$"
        rf"|\bdatasets? used\b|^data sources?$|\b(?:pre)?training corpus\b|训练数据|数据集|学習データ|학습 데이터"
        r"|\bdatos de entrenamiento\b|\btrainingsdaten\b|\bdados de treinamento\b"
    ),
    "quantitative_analyses": (
        rf"\bresults?\b|\b(?:evaluations?|eval)\b(?! {_DATA})(?! metrics?$)|\bbenchmarks?\b(?! {_DATA})|\bperformances?\b"
        r"|\bscores?\b|\baccuracy\b|\bleaderboard\b|\bquantitative\b|评估结果|评测|评估|性能|評価|평가|\bevaluaci[oó]n\b"
        r"|\bresultados\b|\bergebnisse\b|\bresultaten\b|\bvalidation metrics\b"
    ),
    "ethical_considerations": (
        r"\bethic(?:s|al)\b|\bbias(?:es)?\b|\brisks?\b|\bharms?\b|\bfairness\b|\bsafety\b|\bresponsib\w+"
        r"|\benvironmental impact\b"
        r"|\bcarbon\b|\bco2\b|\bprivacy\b|\bsensitive\b|\btoxicity\b|伦理|偏见|风险|安全|\bsesgos?\b|\bvieses\b"
    ),
    "caveats": (
        r"\bcaveats?\b|\brecommendations?\b|\blimitations?\b|\bdisclaimers?\b|\bknown issues\b|\bwarnings?\b|\bcautions?\b"
        r"|\bfuture work\b|局限|限制|免责声明|制限|한계|\blimitaciones\b|\blimita[cç][oõ]es\b|\beinschränkungen\b"
    ),
}
_COMPILED: Final = tuple((section, re.compile(_PATTERNS[section])) for section in SECTIONS)
_STEMS: Final = (
    "about", "accura", "acknowledg", "applic", "architect", "audience", "author", "autores", "bench", "beschr",
    "beschrijving", "bias", "bibtex", "carbon", "caution", "caveat", "cit", "co2", "config", "contact", "corp", "credit",
    "dados", "data", "date", "datos", "demograph", "descri", "detail", "develop", "dialect", "disclaim", "environment",
    "ergebnis", "ethic", "eval", "factor", "fair", "framework", "future", "group", "hardware", "harm", "hyper", "info",
    "infra", "intend", "introduc", "issue", "leader", "licen", "limit", "malicious", "measure", "merge", "metric", "misuse",
    "models", "overview", "paper", "param", "perform", "populat", "privacy", "prohibit", "purpose", "quantit", "recommend",
    "reference", "responsib", "result", "risk", "safe", "sample", "scope", "score", "sensitive", "sesgo", "set", "software",
    "source", "specif", "summary", "technical", "test", "toxic", "train", "trein", "type", "usage", "use", "uso", "valid",
    "version", "verwend", "vies", "warning",
)  # fmt: skip
"""An English heading without any of these carries no section: most are titles, and this is ten times faster to see."""


def sections_of_heading(heading: str) -> tuple[str, ...]:
    """Return the sections that a heading announces, in the paper's order; none for a long line.

    >>> sections_of_heading("## 3. Intended uses & limitations")
    ('intended_use', 'caveats')
    """
    return _of_words(heading) if len(heading) <= MAX_HEADING_CHARS else ()


@lru_cache(maxsize=20_000)
def _of_words(heading: str) -> tuple[str, ...]:
    words = _NO_WORD.sub(" ", heading).lower().strip(" 0123456789")
    if words.isascii() and not any(stem in words for stem in _STEMS):
        return ()
    return tuple(section for section, pattern in _COMPILED if pattern.search(words))
