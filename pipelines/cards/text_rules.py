"""The phrases by which cards name a parent: one entry a rule, with what it implies and how sure it is.

The generators' phrases come from their templates (model-cards, section 7); the sentences and fields at the end are what
people write by hand. A phrase matches in one line, case folded, and the reference stands right behind it unless the rule says
that it may follow a few words later.
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
    phrase: re.Pattern[str]
    """Ends where the reference begins (``behind``), where the search for a link begins (``near``); begins where a
    reference ends (``before``)."""
    relation: str | None
    confidence: float
    where: Where = "behind"
    bare: bool = False
    """A single word or a path is a reference too: only a program writes it there."""
    several: bool = False
    """A list of references may stand there."""


def _rule(name: str, phrase: str, relation: str | None, confidence: float, where: Where = "behind", **options: bool) -> Rule:
    return Rule(name, re.compile(phrase, re.IGNORECASE), relation, confidence, where, **options)


SET_PHRASE: Final = 0.97
"""A generator wrote the words and the id."""
FIELD: Final = 0.9
"""A field whose name asks for the parent."""
SENTENCE: Final = 0.85
"""A sentence that says what the model was made from."""
WEAK: Final = 0.6
"""A sentence or a line of code that names a model for one of several reasons."""

_QUANT_WORDS = (
    r"quants?|quanti[sz]ations?|quanti[sz]ed|gguf|ggml|gptq|awq|exl2|exl3|exllama(?:\s?v[23])?|imatrix|mlx|onnx|openvino|"
    r"bnb|bitsandbytes|4-?bit|8-?bit|int4|int8|fp8|nf4|w4a16|w8a8"
)
_NOUN = (
    r"version|variant|checkpoint|copy|conversion|export|port|build|files?|weights|model|edition|quants?|quanti[sz]ations?|"
    r"quanti[sz]ation\s+versions?|format"
)
_TUNED = r"(?:(?:instruction|instruct|chat|full|fully|further|dpo|sft|lora|qlora|peft|continually|domain)[-\s]?)?fine-?\s?tun(?:ed|e|ing)"
_KEY = r"^\W{0,12}(?:model\s+)?"
_END_OF_KEY = r"(?:\s*[\[(]optional[\])])?\s*[*_`]{0,3}\s*[:：]\s*(?:</?\w+>)?[*_`]{0,3}"

RULES: Final = (
    # quantisers and converters
    _rule("mradermacher", r"^\W*(?:static|weighted/imatrix|weighted|imatrix)\s+quant\w*\s+of\s+(?=http|\[)", "quantized", SET_PHRASE),
    _rule("gguf_my_repo", r"\bconverted to GGUF format from\s+", "quantized", SET_PHRASE),
    _rule("converted_to", r"\bconverted (?:to|into) (?:the )?[\w. -]{2,30}?(?:format )?from\s+(?:the )?", "quantized", SET_PHRASE),
    _rule(
        "format_files",
        r"\b(?:repo(?:sitory)?|files?)\b.{0,40}?\b(?:GGUF|GGML|GPTQ|AWQ|EXL2|GGJT|ONNX|MLX|quanti[sz]ed|quantization)[\w\s./-]{0,30}?"
        r"(?:model )?files (?:for|of)\s+",
        "quantized",
        SET_PHRASE,
    ),
    _rule("pruna", r"\boriginal repo\s+(?=\S+ installed)", "quantized", SET_PHRASE, bare=True),
    _rule("pruna_licence", r"check the license of the original model\s+", "quantized", SET_PHRASE, bare=True),
    _rule("with_onnx_weights", r"\s+with ONNX weights to be compatible with", "quantized", SET_PHRASE, "before"),
    _rule("model_converted_to", r"\s+(?:model\s+)?converted to the\s+(?:\W{0,4}OpenVINO|CTranslate2|GGUF|ONNX|MLX)", "quantized", FIELD, "before"),
    _rule(
        "quantized_version_of",
        rf"\b(?:{_QUANT_WORDS})\b[\w\s,()/+-]{{0,40}}?\b(?:{_NOUN})\s+(?:of|for|from)\b",
        "quantized",
        SENTENCE,
        "near",
    ),
    _rule("quants_of", r"\b(?:quants?|quanti[sz]ations?|quanti[sz]ed|quanti[sz]ing(?: the weights)?)\s+(?:of|from)\b", "quantized", SENTENCE, "near"),
    # trainers
    _rule("trainer", r"^\W*this model is a fine-tuned version of\s+", "finetune", SET_PHRASE, bare=True),
    _rule("trainer", r"^\W*\S{1,100} is a fine-?tuned version of\s+(?=\[)", "finetune", SET_PHRASE, bare=True),
    _rule("unsloth", r"\bfinetuned from model\s*:\s*\**\s*:?\s*", "finetune", FIELD, several=True),
    _rule("sentence_transformers", r"\bmodel finetuned from\s+", "finetune", SET_PHRASE),
    _rule("setfit", r"^\W*Sentence Transformer body\W*:\W*(?=\[)", "finetune", SET_PHRASE),
    _rule("setfit", r"\bThis SetFit model uses\s+", "finetune", SET_PHRASE),
    _rule("span_marker", r"\bSpanMarker model\b.{0,80}?\buses\s+", "finetune", SET_PHRASE),
    _rule("peft_adapter_of", r"\bPEFT (?:adapter|LoRA|model)\w* (?:for|of)\s+", "adapter", SENTENCE),
    _rule("adapterhub", r"\badapter\W[^`]{0,80}? for the\s+(?=`[^`]+` model)", "adapter", SET_PHRASE, bare=True),
    # diffusers scripts
    _rule("lora_weights_for", r"\bLoRA adapt(?:at)?ion weights for\s+", "adapter", SET_PHRASE),
    _rule("diffusers_weights_for", r"\b(?:textual inversion|custom diffusion) adapt(?:at)?ion weights for\s+", "adapter", SET_PHRASE),
    _rule("diffusers_weights_on", r"\b(?:controlnet|t2iadapter|T2I-Adapter)[\w-]* weights trained on\s+", "adapter", SET_PHRASE),
    _rule("dreambooth", r"\bis a dreambooth model derived from\s+", "finetune", SET_PHRASE),
    _rule("diffusers_pipeline", r"\bpipeline was fine-?tuned from\s+", "finetune", SET_PHRASE),
    _rule("dreambooth", r"\bdreambooth model\b.{0,60}?\btrained (?:from|on top of)\s+", "finetune", FIELD),
    # merges
    _rule("merge_base", r"\bmerge method(?:,)? using\s+(?=.{1,600}? as (?:a|the) base)", "merge", SET_PHRASE, bare=True),
    _rule("lora_extracted", r"\bLoRA (?:adapter )?(?:was )?extracted from\s+", "adapter", SET_PHRASE),
    _rule("lora_extracted_base", r"\bextracted from\b.{1,300}?\band uses\s+(?=.{1,300}? as a base)", "adapter", SET_PHRASE),
    # fields
    _rule("finetuned_from", rf"{_KEY}(?:continue[-\s]?)?(?:fine-?\s?tuned|pre-?trained) from(?:\s+(?:the\s+)?(?:base\s+)?model)?{_END_OF_KEY}", "finetune", FIELD, several=True),
    _rule("base_model_field", rf"{_KEY}(?:base|parent|backbone|foundation|underlying)[\s_-]?(?:model|checkpoint|llm)?(?:\s+(?:name|id|used|repo(?:sitory)?))?{_END_OF_KEY}", None, FIELD, several=True),
    _rule("base_model_field", rf"^\W{{0,12}}(?:基础模型|基座模型|底座模型|基底模型|ベースモデル|베이스\s?모델){_END_OF_KEY}", None, FIELD, several=True),
    _rule("original_model", rf"{_KEY}(?:original|source|upstream)\s+(?:base\s+)?model(?:\s+(?:repo(?:sitory)?|link|id|card))?{_END_OF_KEY}", None, FIELD),
    _rule("original_card", r"\brefer to the (?=\[original model card\]\()", None, FIELD),
    # sentences
    _rule("tuned_version_of", rf"\b{_TUNED}[\w\s,()/+-]{{0,40}}?\b(?:{_NOUN})\s+(?:of|from)\b", "finetune", SENTENCE, "near"),
    _rule("tuned_model", rf"^\W*{_TUNED}\s+(?=[\[`])", "finetune", SENTENCE),
    _rule("tuned_model", rf"\b(?:a|the)\s+{_TUNED}\s+(?=[\w .-]{{0,40}}[(\[]+(?:http|[\w .-]{{1,60}}\]))", "finetune", SENTENCE, "near"),
    _rule("tuned_from", rf"\b{_TUNED}(?:\s+model)?\s+(?:from|of|on top of|over)\b", "finetune", SENTENCE, "near"),
    _rule("tuning_of", r"\b(?:by|we|for|i)\s+(?:have\s+)?(?:fully\s+|further\s+|instruction\s+)?fine-?\s?tun(?:ed|ing)\b(?:\s+(?:of\s+)?(?:the|a))?\s*(?=[\[`*]|\w[\w.-]*\s*[\[(])", "finetune", SENTENCE, "near"),
    _rule("other_version_of", rf"\b(?:uncensored|abliterated|pruned|sharded|bf16|fp16|distilled|merged|converted|compressed|adapted|modified|extended|decensored|retrained|lora|qlora|dequantized|vocab-?\w*)\b[\w\s,()/+-]{{0,40}}?\b(?:{_NOUN})\s+(?:of|from|for)\b", None, SENTENCE, "near"),
    _rule("derived_from", r"\b(?:derived|initiali[sz]ed|started|continued(?:\s+training)?|further\s+(?:pre-?)?trained|adapted|retrained|warm-?started|bootstrapped|abliterated|distilled)\s+from\b", None, SENTENCE, "near"),
    _rule("adapter_for", r"\b(?:lora|qlora|adapter)s?\b[\w\s,()/+-]{0,30}?\b(?:for|of|on)\b(?=\s+(?:the\s+)?[\w\s.-]{0,30}[\[`])", "adapter", SENTENCE, "near"),
    _rule("based_on", r"\(based on\b", None, WEAK, "near"),
    _rule("based_on", r"\b(?:model|version|checkpoint|it|which|lora|finetune|merge)\b[\w\s,*`-]{0,30}?\b(?:is|was|are)?\s*(?:base[ds]|built|trained|developed)\s+(?:on|upon|from|on top of)\b", None, WEAK, "near"),
)
"""In the order of reading; the first rule that names a reference in a place keeps it."""

STEMS: Final = re.compile(
    r"tun(?:ed|e |ing)|trained|quant|convert|format files|model files|original (?:model|repo)|base[ _-]?model|parent|adapt|lora|merge|"
    r"derived|extracted|based|built|version of|uses|initiali|onnx|backbone|foundation|source|distill|started|模型|モデル|모델",
    re.IGNORECASE,
)
"""What every phrase holds at least one of: lines without it are not looked at."""
