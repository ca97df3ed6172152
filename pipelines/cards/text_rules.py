"""The phrases by which cards name a parent: one entry a rule, with what it implies and how sure it is.

The generators' phrases come from their templates (model-cards, section 7); fields and sentences are what people write by
hand. A phrase matches in one line, whatever its case, and the reference stands right behind it unless the rule says that it
may follow a few words later.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Final, Literal

Where = Literal["behind", "near", "before"]


@dataclass(frozen=True)
class Rule:
    """One phrase."""

    name: str
    needs: tuple[str, ...]
    """A line without any of these, in lower case, can't hold the phrase."""
    phrase: re.Pattern[str]
    """Ends where the reference begins (``behind``), where the search for a link begins (``near``); begins where a
    reference ends (``before``)."""
    relation: str | None
    confidence: float
    where: Where
    bare: bool
    """A single word or a path is a reference too: only a program writes it there."""
    several: bool
    """A list of references may stand there."""


SET_PHRASE: Final = 0.97
"""A generator wrote the words and the id."""
FIELD: Final = 0.9
"""A field whose name asks for the parent."""
SENTENCE: Final = 0.85
"""A sentence that says what the model was made from."""
WEAK: Final = 0.6
"""A sentence that names a model for one of several reasons."""


def _rule(
    name: str,
    needs: str,
    phrase: str,
    relation: str | None,
    confidence: float,
    *,
    where: Where = "behind",
    bare: bool = False,
    several: bool = False,
) -> Rule:
    compiled = re.compile(phrase, re.IGNORECASE)
    return Rule(name, tuple(needs.split("|")), compiled, relation, confidence, where, bare, several)


_WORDS = r"[\w\s,()/+-]{0,40}?"
"""A few words between the parts of a phrase."""
_NOUN = (
    r"(?:version|variant|checkpoint|copy|conversion|export|port|build|files?|weights|model|edition|quants?|"
    r"quanti[sz]ations?|format)"
)
_QUANTIZED = (
    r"(?:quants?|quanti[sz]ations?|quanti[sz]ed|gguf|ggml|gptq|awq|exl2|exl3|exllama|imatrix|mlx|onnx|openvino|bnb|"
    r"bitsandbytes|4-?bit|8-?bit|int4|int8|fp8|nf4|w4a16|w8a8)"
)
_QUANTIZED_NEEDS = (
    "quant|gguf|ggml|gptq|awq|exl|imatrix|mlx|onnx|openvino|bnb|bits|4bit|4-bit|8bit|8-bit|int4|int8|fp8|nf4|w4a|w8a"
)
_TUNED = (
    r"(?:(?:instruction|instruct|chat|fully?|further|dpo|sft|lora|qlora|peft|continually|domain)[-\s]?)?"
    r"fine-?\s?tun(?:ed|e|ing)"
)
_OTHERWISE_MADE = (
    r"(?:uncensored|abliterated|llamafied|pruned|sharded|bf16|fp16|merged|converted|compressed|adapted|modified|extended|"
    r"decensored|retrained|q?lora|dequantized)"
)
_OTHERWISE_NEEDS = (
    "uncensored|abliterated|llamafied|pruned|sharded|bf16|fp16|merged|converted|compressed|adapted|modified|extended|decensored|"
    "retrained|lora|dequantized"
)
_KEY = r"^(?:\W|</?\w{1,8}>){0,12}(?:model\s+)?"
_COLON = r"(?:\s*[\[(]optional[\])])?(?:</\w{1,8}>)?\s*[*_`]{0,3}\s*[:：|]\s*(?:</?\w+>)?[*_`]{0,3}"

_QUANTISERS = (
    _rule(
        "mradermacher", "quant", r"^\W*(?:static|weighted/imatrix|weighted|imatrix)\s+quant\w*\s+of\s+(?=http|\[)",
        "quantized", SET_PHRASE,
    ),
    _rule("gguf_my_repo", "converted to gguf", r"\bconverted to GGUF format from\s+", "quantized", SET_PHRASE),
    _rule(
        "converted_to", "converted", r"\bconverted (?:in)?to (?:the )?[\w. -]{2,30}?(?:format )?from\s+(?:the )?",
        "quantized", SET_PHRASE,
    ),
    _rule(
        "format_files", "files for|files of",
        r"\b(?:repo(?:sitory)?|files?)\b.{0,40}?\b(?:GGUF|GGML|GPTQ|AWQ|EXL2|GGJT|ONNX|MLX|quanti[sz]ed|quantization)"
        r"[\w\s./-]{0,30}?files (?:for|of)\s+",
        "quantized", SET_PHRASE,
    ),
    _rule("pruna", "original repo", r"\boriginal repo\s+(?=\S+ installed)", "quantized", SET_PHRASE, bare=True),
    _rule(
        "pruna_licence", "the original model", r"check the license of the original model\s+(?=\S+ before)",
        "quantized", SET_PHRASE, bare=True,
    ),
    _rule(
        "with_onnx_weights", "onnx weights", r"\s{1,4}with ONNX weights to be compatible with",
        "quantized", SET_PHRASE, where="before",
    ),
    _rule(
        "model_converted_to", "converted to the",
        r"\s{1,4}(?:model\s{1,4})?converted to the\s+\W{0,4}(?:OpenVINO|CTranslate2|GGUF|ONNX|MLX)",
        "quantized", FIELD, where="before",
    ),
    _rule(
        "quantized_version_of", _QUANTIZED_NEEDS, rf"\b{_QUANTIZED}\b{_WORDS}\b{_NOUN}\s+(?:of|for|from)\b",
        "quantized", SENTENCE, where="near",
    ),
    _rule(
        "quants_of", "ggufs|quanti",
        r"\bggufs\s+(?:of|for)\b|\bquanti[sz]ed\s+(?:using|with)\s+[\w.-]{2,30}\s+from\b(?:\s+the\s+original\b)?",
        "quantized", SENTENCE, where="near",
    ),
    _rule(
        "quants_of", "quant",
        r"\b(?:quants?|quanti[sz]ations?|quanti[sz]ed|quanti[sz]ing(?: the weights)?)\s+(?:of|from)\b",
        "quantized", SENTENCE, where="near",
    ),
)  # fmt: skip

_TRAINERS = (
    _rule(
        "trainer", "a fine-tuned version of", r"^\W*this model is a fine-tuned version of\s+",
        "finetune", SET_PHRASE, bare=True,
    ),
    _rule(
        "trainer", "tuned version of", r"^\W*\S{1,100} is a fine-?tuned version of\s+(?=\[)",
        "finetune", SET_PHRASE, bare=True,
    ),
    _rule("unsloth", "finetuned from model", r"\bfinetuned from model\s*:\s*\**\s*:?\s*", "finetune", FIELD, several=True),
    _rule("sentence_transformers", "finetuned from", r"\bmodel finetuned from\s+", "finetune", SET_PHRASE),
    _rule("setfit", "transformer body", r"^\W*Sentence Transformer body\W*:\W*(?=\[)", "finetune", SET_PHRASE),
    _rule("setfit", "setfit model uses", r"\bThis SetFit model uses\s+", "finetune", SET_PHRASE),
    _rule("span_marker", "spanmarker", r"\bSpanMarker model\b.{0,80}?\buses\s+", "finetune", SET_PHRASE),
    _rule(
        "adapterhub", "adapter", r"\badapter\W[^`]{0,80}? for the\s+(?=`[^`]{1,120}` model)", "adapter", SET_PHRASE, bare=True
    ),
    _rule("lora_weights_for", "ion weights for", r"\bLoRA adapt(?:at)?ion weights for\s+", "adapter", SET_PHRASE),
    _rule(
        "diffusers_weights_for", "ion weights for", r"\b(?:textual inversion|custom diffusion) adapt(?:at)?ion weights for\s+",
        "adapter", SET_PHRASE,
    ),
    _rule(
        "diffusers_weights_on", "weights trained on",
        r"\b(?:controlnet|t2iadapter|T2I-Adapter)[\w-]{0,20} weights trained on\s+",
        "adapter", SET_PHRASE,
    ),
    _rule("dreambooth", "dreambooth model", r"\bis a dreambooth model derived from\s+", "finetune", SET_PHRASE),
    _rule("dreambooth", "dreambooth model", r"\bdreambooth model\b.{0,60}?\btrained (?:from|on top of)\s+", "finetune", FIELD),
    _rule("diffusers_pipeline", "pipeline was", r"\bpipeline was fine-?tuned from\s+", "finetune", SET_PHRASE),
)  # fmt: skip

_MERGERS = (
    _rule(
        "merge_base", "merge method",
        r"\bmerge method,? using\s+(?=.{1,600}? as (?:a|the) base)", "merge", SET_PHRASE, bare=True
    ),
    _rule("lora_extracted", "extracted from", r"\bLoRA (?:adapter )?(?:was )?extracted from\s+", "adapter", SET_PHRASE),
    _rule(
        "lora_extracted_base", "extracted from", r"\bextracted from\b.{1,300}?\band uses\s+(?=.{1,300}? as a base)",
        "adapter", SET_PHRASE,
    ),
)  # fmt: skip

_FIELDS = (
    _rule(
        "finetuned_from", "tuned from|trained from",
        rf"{_KEY}(?:continue[-\s]?)?(?:fine-?\s?tuned|pre-?trained) from(?:\s+(?:the\s+)?(?:base\s+)?model)?{_COLON}",
        "finetune", FIELD, several=True,
    ),
    _rule(
        "base_model_field", "base|parent|backbone|foundation|underlying",
        rf"{_KEY}(?:base|parent|backbone|foundation|underlying)[\s_-]?(?:model|checkpoint|llm)?"
        rf"(?:\s+(?:name|id|used|repo(?:sitory)?))?{_COLON}",
        None, FIELD, several=True,
    ),
    _rule(
        "base_model_field", "developed from|derived from|adapted from|built on",
        rf"{_KEY}(?:developed|derived|adapted|built) (?:from|on){_COLON}", None, FIELD, several=True,
    ),
    _rule(
        "base_model_field", "model|базовая",
        rf"{_KEY}(?:modelo base|modèle de base|modello base|basismodell|базовая модель){_COLON}", None, FIELD, several=True,
    ),
    _rule(
        "base_model_field", "模型|モデル|모델",
        rf"^\W{{0,12}}(?:基础模型|基座模型|底座模型|基底模型|ベースモデル|베이스\s?모델){_COLON}",
        None, FIELD, several=True,
    ),
    _rule(
        "original_model", "original|source|upstream",
        rf"{_KEY}(?:original|source|upstream)\s+(?:base\s+)?model(?:\s+(?:repo(?:sitory)?|link|id|card))?{_COLON}",
        None, FIELD,
    ),
    _rule(
        "base_model_field", "base model|parent model", r"^\W{0,8}\*\*(?:base|parent) model\*\*\s+(?=\[)", None, FIELD,
        several=True,
    ),
    _rule("original_card", "original model card", r"\brefer to the (?=\[original model card\]\()", None, FIELD),
)  # fmt: skip

_SENTENCES = (
    _rule("tuned_version_of", "tun", rf"\b{_TUNED}{_WORDS}\b{_NOUN}\s+(?:of|from)\b", "finetune", SENTENCE, where="near"),
    _rule("tuned_model", "tuned", rf"^\W*{_TUNED}\s+(?=[\[`])", "finetune", SENTENCE),
    _rule(
        "tuned_model", "tuned", rf"\b(?:a|the)\s+{_TUNED}\s+(?=[\w .-]{{0,40}}[(\[]+(?:http|[\w .-]{{1,60}}\]))",
        "finetune", SENTENCE, where="near",
    ),
    _rule("tuned_from", "tun", rf"\b{_TUNED}(?:\s+model)?\s+(?:from|of|on top of|over)\b", "finetune", SENTENCE, where="near"),
    _rule(
        "tuning_of", "tun",
        r"\b(?:by|we|for|i)\s+(?:have\s+)?(?:fully\s+|further\s+|instruction\s+)?fine-?\s?tun(?:ed|e|ing)\b"
        r"(?:\s+(?:of\s+)?(?:the|a))?\s*(?=[\[`*<]|\w[\w.-]{0,60}\s{0,3}[\[(])",
        "finetune", SENTENCE, where="near",
    ),
    _rule(
        "distilled_from", "distil",
        rf"\bdistil(?:led|lation)\b(?:\s+from\b|{_WORDS}\b{_NOUN}\s+(?:of|from|for)\b)", None, SENTENCE, where="near",
    ),
    _rule("student_of", "student", r"\bstudent(?:\s+model)?\s+of\b", None, WEAK, where="near"),
    _rule("student_of", "teacher", rf"{_KEY}teacher(?:\s+model)?{_COLON}", None, WEAK),
    _rule(
        "trained_on_outputs", "outputs|responses|completions|generated",
        r"\b(?:trained|tuned)\s+on\b[\w\s,()/+-]{0,60}?\b(?:outputs|responses|completions|(?:data|text|answers)\s+generated)\s+"
        r"(?:of|from|by|with)\b",
        None, WEAK, where="near",
    ),
    _rule(
        "other_version_of", _OTHERWISE_NEEDS,
        rf"\b{_OTHERWISE_MADE}\b{_WORDS}\b{_NOUN}\s+(?:of|from|for)\b", None, SENTENCE, where="near"
    ),
    _rule(
        "derived_from", "d from|d training from|initiali|starting from|pre-training of|pretraining of",
        r"\binitiali[sz]ed\s+with\b|\bstarting\s+from\b|\bcontinu(?:ed|al)\s+pre-?training\s+(?:of|from)\b|"
        r"\b(?:derived|initiali[sz]ed|started|continued(?:\s+training)?|further\s+(?:pre-?)?trained|adapted|retrained|"
        r"warm-?started|bootstrapped|abliterated)\s+from\b",
        None, SENTENCE, where="near",
    ),
    _rule(
        "adapter_for", "lora|adapter", r"\b(?:q?lora|adapter)s?\b[\w\s,()/+-]{0,30}?\b(?:for|of|on)\b(?=[\w\s.-]{0,40}[\[`])",
        "adapter", SENTENCE, where="near",
    ),
    _rule(
        "tuned_from", "trained on top of|applying|sft of|dpo of|orpo of|rlhf of|took|taking",
        r"^\W{0,8}(?:further\s+)?trained\s+on\s+top\s+of\b|\bapplying\s+[\w-]{2,12}\s+(?:to|on)\b|"
        r"^\W{0,8}(?:SFT|DPO|ORPO|RLHF)\s+of\b|\b(?:took|taking)\b(?=.{1,400}\band\b.{0,30}tun(?:ed|ing)\b)",
        "finetune", SENTENCE, where="near",
    ),
    _rule(
        "merge_of", "merged|merging", r"^\W{0,8}(?:this model (?:is|was)\s+)?(?:merged|merging)\s+(?=[\[`<])",
        "merge", SENTENCE, where="near", several=True,
    ),
    _rule(
        "base_model_is", "base model",
        r"\b(?:the|our|its|as)\s+base model\b(?:\s+(?:used|for|of|this|the|lora|adapter)){0,6}\s+(?:is|was)\b",
        None, SENTENCE, where="near",
    ),
    _rule(
        "merge_of", "merge|blend", r"\b(?:merge|frankenmerge|blend)\s+(?:of|between)\s+(?:the\s+)?", "merge", SENTENCE,
        where="near", several=True,
    ),
    _rule("based_on", "based on", r"\(based on\b", None, WEAK, where="near"),
    _rule(
        "based_on", "built on|built upon|is based on|was based on",
        r"^\W{0,8}(?!.{0,80}\b(?:tokeni[sz]er|vocabulary|data|dataset|corpus|code|scripts?|architecture|demo|space|recipe|"
        r"template|prompts?|card|evaluations?|benchmark|results|license|licence)\b)[\w .-]{1,60}\s(?:is|was)\s+"
        r"(?:built|based)\s+(?:on top of|upon|on)\b",
        None, WEAK, where="near",
    ),
    _rule(
        "based_on", "based on|bases on|built|builds|trained on|trained from|developed",
        r"\b(?:model|version|checkpoint|it|which|lora|finetune|merge)\b[\w\s,*`-]{0,30}?"
        r"\b(?:base[ds]|built|builds|trained|developed)\s+(?:on|upon|from|on top of)\b",
        None, WEAK, where="near",
    ),
)  # fmt: skip

_ELSEWHERE_TUNED = (
    r"(?:affinée|fine-?tunée|réglée|entraînée|ajustada|afinada|fine-?tuneada|addestrata|affinata|feinabgestimmte|"
    r"feingetunte|nachtrainierte|feinjustierte|ajustado|afinado)"
)
_ELSEWHERE_QUANTIZED = r"(?:quantifiée|cuantizada|cuantificada|quantizada|quantizzata|quantisierte|quantizado|cuantizado)"
_ELSEWHERE_NOUN = r"(?:version|versión|versão|versione|variante|modelo|modello|modèle|modell)"
_OTHER_LANGUAGES = (
    _rule(
        "tuned_version_of", "versi|versã|variante|model|modèle",
        rf"\b(?:{_ELSEWHERE_NOUN}\s+{_ELSEWHERE_TUNED}|{_ELSEWHERE_TUNED}\s+{_ELSEWHERE_NOUN})\s+(?:de|du|del|do|da|di|von|des)\b",
        "finetune", SENTENCE, where="near",
    ),
    _rule(
        "quantized_version_of", "quanti|cuanti",
        rf"\b(?:{_ELSEWHERE_NOUN}\s+{_ELSEWHERE_QUANTIZED}|{_ELSEWHERE_QUANTIZED}\s+{_ELSEWHERE_NOUN})\s+(?:de|du|del|do|da|di|von|des)\b",
        "quantized", SENTENCE, where="near",
    ),
    _rule(
        "based_on", "basé|basad|basead|basat|basiert|основ|базе",
        r"\b(?:mod[eè]l\w{0,3}|version\w?|lora|модель)\b[\w\s]{0,20}?"
        r"\b(?:basée?\s+sur|basad[oa]\s+en|basead[oa]\s+em|basat[oa]\s+su|basiert\s+auf|(?:дообучен\w*\s+|обучен\w*\s+)?на\s+(?:основе|базе)|основан\w*\s+на)",
        None, WEAK, where="near",
    ),
    _rule("tuned_model", "дообуч", r"\bдообуч\w{0,12}\s+(?:на\s+)?(?:верси\w\s+)?", "finetune", SENTENCE, where="near"),
    _rule(
        "based_on", "基于|基於", r"(?:模型|版本|权重|權重|^\W{0,8}|微调|训练)[^\[`<>]{0,20}?(?:基于|基於)\s{0,3}(?=[\[`<h])",
        None, WEAK, where="near",
    ),
    _rule("tuned_model", "微调|微調", r"\s{0,3}上[^\[`<>。]{0,6}(?:微调|微調)", "finetune", SENTENCE, where="before"),
    _rule("based_on", "基础上|基礎上", r"\s{0,3}的?(?:基础|基礎)上", None, WEAK, where="before"),
    _rule(
        "tuned_model", "チューニング|追加学習|微調整",
        r"\s{0,3}(?:モデル)?(?:を|から|に)[^\[`<>。]{0,40}?(?:ファインチューニング|追加学習|微調整|インストラクションチューニング)",
        "finetune", SENTENCE, where="before",
    ),
    _rule(
        "quantized_version_of", "量子化", r"\s{0,3}(?:モデル)?(?:を|の)[^\[`<>。]{0,40}?量子化",
        "quantized", SENTENCE, where="before",
    ),
    _rule(
        "tuned_model", "튜닝|미세", r"\s{0,3}(?:모델)?(?:을|를|에|으로|로)[^\[`<>.]{0,40}?(?:파인\s?튜닝|미세\s?조정|튜닝)",
        "finetune", SENTENCE, where="before",
    ),
    _rule("based_on", "기반", r"\s{0,3}(?:모델)?(?:을|를)?\s{0,3}기반", None, WEAK, where="before"),
)  # fmt: skip
"""The same in the languages that cards are written in beside English; one or two words each, no grammar."""

RULES: Final = (*_QUANTISERS, *_TRAINERS, *_MERGERS, *_FIELDS, *_SENTENCES, *_OTHER_LANGUAGES)
"""In the order of reading; the first rule that names a reference in a place keeps it."""

NEEDED: Final = tuple(sorted({stem for rule in RULES for stem in rule.needs} | {"merge", "models", "moe", "mixture"}))
"""Lines without any of these, in lower case, hold no phrase."""
