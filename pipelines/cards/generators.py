"""The tools that write cards, and the literal words that betray each: one entry a tool.

Source of most marks: the generators' own templates as the reference on model cards lists them (section 7); those of
huggingtweets, huggingpics and adapterhub were counted in the cards of February 2022. A mark proves that a tool wrote a part
of the card, never that a person wrote nothing; several tools may have had a hand in one card.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final, Literal, NamedTuple

Where = Literal["anywhere", "line_start", "heading"]


class Mark(NamedTuple):
    """A literal text, in the case it is written, and where in a line it stands."""

    text: str
    where: Where = "anywhere"


@dataclass(frozen=True)
class Generator:
    """One tool."""

    name: str
    marks: tuple[tuple[Mark, ...], ...]
    """Ways to tell; each is a set of marks that must all be there, since one mark alone may be borrowed."""
    template: tuple[str, ...] = ()
    """How the lines begin that are the same in all its cards."""
    headings: tuple[str, ...] = ()
    """Headings of its template, without number signs, in lower case; lists, tables and code below them are the tool's."""
    tag: str = ""
    """A tag of the card's own metadata without which the marks belong to another tool."""


def _any(*texts: str | tuple[str, ...]) -> tuple[tuple[Mark, ...], ...]:
    """Return ways to tell: ``^text`` begins a line, ``#text`` stands in a heading, other texts stand anywhere."""
    ways = ((way,) if isinstance(way, str) else way for way in texts)
    return tuple(tuple(_mark(text) for text in way) for way in ways)


def _mark(text: str) -> Mark:
    places: dict[str, Where] = {"^": "line_start", "#": "heading"}
    where = places.get(text[0], "anywhere")
    return Mark(text if where == "anywhere" else text[1:], where)


_TRAINER_NOTICE: Final = "automatically according to the information the Trainer had access to"
_HYPERPARAMETERS: Final = "^The following hyperparameters were used during training:"
_TRAINER_MARKS: Final = _any(_TRAINER_NOTICE, ("^This model is a fine-tuned version of [", _HYPERPARAMETERS))
_TRAINER_LINES: Final = (
    "More information needed", "It achieves the following results on the evaluation set:", _HYPERPARAMETERS[1:],
)  # fmt: skip
_TRAINER_HEADINGS: Final = (
    "model description", "intended uses & limitations", "training and evaluation data", "training procedure",
    "training hyperparameters", "training results", "framework versions",
)  # fmt: skip
_DEFAULT_HEADINGS: Final = (
    "model details", "model description", "model sources", "model sources [optional]", "uses", "direct use", "downstream use",
    "downstream use [optional]", "out-of-scope use", "bias, risks, and limitations", "recommendations",
    "how to get started with the model", "training details", "training data", "training procedure", "preprocessing",
    "preprocessing [optional]", "training hyperparameters", "speeds, sizes, times", "speeds, sizes, times [optional]",
    "evaluation", "testing data, factors & metrics", "testing data", "factors", "metrics", "results", "summary",
    "model examination", "model examination [optional]", "environmental impact", "technical specifications",
    "technical specifications [optional]", "model architecture and objective", "compute infrastructure", "hardware",
    "software", "citation", "citation [optional]", "glossary", "glossary [optional]", "more information",
    "more information [optional]", "model card authors", "model card authors [optional]", "model card contact",
)  # fmt: skip
_DEFAULT_LINES: Final = (
    "[More Information Needed]", "[More information needed]", "# Model Card for Model ID", "**BibTeX:**", "**APA:**",
    "Users (both direct and downstream) should be made aware of the risks",
    "Use the code below to get started with the model.",
    "Carbon emissions can be estimated using the [Machine Learning Impact calculator]",
    "This modelcard aims to be a base template for new models.",
    "This is the model card of a 🤗 transformers model that has been pushed on the Hub.",
)  # fmt: skip
_GGUF_RUN: Final = ("use with llama.cpp", "cli:", "server:")

_CONVERTERS: Final = (
    Generator(
        "mradermacher",
        _any("^static quants of https://huggingface.co/", "^weighted/imatrix quants of ", "<!-- ### quantize_version"),
        ("static quants of ", "weighted/imatrix quants of ", "If you are unsure how to use GGUF files, refer to one of",
         "(sorted by size, not necessarily quality", "Here is a handy graph by ikawrakow", "And here are Artefact2's thoughts",
         "See https://huggingface.co/mradermacher/model_requests", "I thank my company, [nethype GmbH]",
         "questions you might have", "me use its servers", "types (lower is better)", "https://gist.github.com/Artefact2",
         "this work in my free time", "more details, including", "READMEs]("),
        ("about", "usage", "provided quants", "faq / model request", "thanks"),
    ),
    Generator(
        "bartowski",
        _any("#imatrix Quantizations of ", "#Exllama v2 Quantizations of "),
        ("Using <a href=\"https://github.com/ggerganov/llama.cpp/\">llama.cpp</a> release", "Original model: ",
         "All quants made using imatrix option", "Run them in [LM Studio]"),
        ("prompt format", "download a file (not the whole branch) from below:", "embed/output weights",
         "downloading using huggingface-cli", "which file should i choose?", "credits"),
    ),
    Generator(
        "gguf_my_repo", _any("was converted to GGUF format from"),
        ("Refer to the [original model card]", "Refer to the original card", "Install llama.cpp through brew",
         "Invoke the llama.cpp server or the CLI.", "Note: You can also use this checkpoint directly through",
         "Step 1: Clone llama.cpp", "Step 2: Move into the llama.cpp folder", "Step 3: Run inference"),
        _GGUF_RUN,
    ),
    Generator("mlx", _any("was converted to MLX format from"), ("Refer to the [original model card]",), ("use with mlx",)),
    Generator(
        "thebloke",
        _any(*(
            (f"This repo contains {kind} model files for", owner)
            for kind in ("GGUF format", "GGML format", "GPTQ", "AWQ") for owner in ("<!-- header start -->", "TheBloke")
        )),
        ("TheBloke's LLM work is generously supported by", "Thanks to the [chirper.ai]",
         "Here is an incomplete list of clients",
         "Refer to the Provided Files table below", "These quantised GGUFv2 files are compatible"),
        ("description", "about gguf", "repositories available", "prompt template", "compatibility", "provided files",
         "how to download gguf files", "discord", "thanks, and how to contribute"),
    ),
    Generator(
        "prunaai", _any(("PrunaAI", "smashed")),
        ("- Give a thumbs up if you like this model!", "- Contact us and tell us which model to compress next",
         "- Request access to easily compress your *own* AI models", "- Read the documentations to know more",
         "- Join Pruna AI community on Discord", "You can run the smashed model with these steps:",
         "1. Make sure that you have installed", "2. Load & run the model.", "The configuration info are in",
         "from transformers",
         "model = ", "tokenizer", "input_ids", "outputs", "pip install", "```"),
        ("simply make ai models cheaper, smaller, faster, and greener!", "results", "setup", "configurations",
         "credits & license", "want to compress other models?"),
    ),
)  # fmt: skip

_MERGERS: Final = (
    Generator(
        "lazymergekit", _any("merge of the following models using [LazyMergekit]"), (),
        ("🧩 configuration", "💻 usage"),
    ),
    Generator(
        "mergekit_lora", _any("This is a LoRA extracted from a language model"), (),
        ("lora details", "parameters"),
    ),
    Generator(
        "mergekit", _any("created using [mergekit]", ("^### Models Merged", "^### Merge Method")),
        ("This is a merge of pre-trained language models created using", "The following models were included in the merge:",
         "The following YAML configuration was used to produce this model:"),
        ("merge details", "merge method", "models merged", "configuration"),
    ),
)  # fmt: skip

_TRAINERS: Final = (
    Generator(
        "axolotl", _any('alt="Built with Axolotl"', "See axolotl config"),
        ('[<img src="https://raw.githubusercontent.com/', "<details><summary>See axolotl config</summary>", "axolotl version:",
         *_TRAINER_LINES),
        _TRAINER_HEADINGS,
    ),
    Generator("llama_factory", _TRAINER_MARKS, _TRAINER_LINES, _TRAINER_HEADINGS, tag="llama-factory"),
    Generator(
        "trl", _any("It has been trained using [TRL](", "^Cite TRL as:"),
        ("It has been trained using [TRL](", "Cite ", "[<img src=\"https://raw.githubusercontent.com/wandb/assets/"),
        ("quick start", "training procedure", "framework versions", "citations"),
    ),
    Generator(
        "unsloth",
        _any("2x faster with [Unsloth]", "**Finetuned from model :**", ("^# Uploaded ", "unsloth%20made%20with%20love")),
        ("# Uploaded", "[<img src=\"https://raw.githubusercontent.com/unslothai/"),
        ("uploaded model", "uploaded  model", "uploaded finetuned model", "uploaded finetuned  model"),
    ),
    Generator(
        "autotrain", _any("^# Model Trained Using AutoTrain", "^# Model Trained Using AutoNLP",
        "^# DreamBooth trained by AutoTrain"),
        ("# Model Trained Using Auto", "You can use cURL to access this model:", "Or Python API:",
         "This model was trained using AutoTrain."),
        ("model trained using autotrain", "model trained using autonlp", "validation metrics", "usage"),
    ),
    Generator(
        "setfit", _any("This is a [SetFit model]"),
        ("The model has been trained using an efficient few-shot learning technique", "First install the SetFit library:",
         "Then you can load this model and run inference."),
        ("model details", "model description", "model sources", "model labels", "evaluation", "metrics", "uses",
         "direct use for inference", "training details", "training set metrics", "training hyperparameters",
         "training results", "framework versions", "citation", "bibtex"),
    ),
    Generator(
        "sentence_transformers", _any("This is a [sentence-transformers]("),
        ("# {MODEL_NAME}", "Using this model becomes easy when you have [sentence-transformers]",
         "Then you can use the model like this:", "Without [sentence-transformers](https://www.SBERT.net), you can use",
         "For an automated evaluation of this model, see the *Sentence Embeddings Benchmark*",
         "The model was trained with the parameters:", "**DataLoader**:", "**Loss**:", "Parameters of the fit()-Method:",
         "`sentence_transformers.", "`torch.utils.data.", "If you find this model helpful, feel free to cite",
         "**⚠️ This model is deprecated.",
         "First install the Sentence Transformers library:", "Then you can load this model and run inference."),
        ("{model_name}", "usage (sentence-transformers)", "usage (huggingface transformers)", "evaluation results", "training",
         "full model architecture", "citing & authors", "model details", "model description", "model sources", "usage",
         "direct usage (sentence transformers)", "evaluation", "metrics", "training details", "training dataset",
         "training hyperparameters", "non-default hyperparameters", "all hyperparameters", "training logs",
         "framework versions", "citation", "bibtex"),
    ),
    Generator(
        "diffusers",
        _any("^# DreamBooth - ", "^# LoRA DreamBooth", "These are LoRA adaption weights for",
             "These are LoRA adaptation weights for", "^# LoRA text2image fine-tuning", "^# Textual inversion", "TheLastBen"),
        ("You can find some example images in the following.", "DreamBooth for the text encoder was enabled:",
         "LoRA for the text encoder was enabled:",
         "This is a dreambooth model derived from", "[TODO:", "Special VAE used for training:"),
        ("model description", "intended uses & limitations", "trigger words", "download model", "how to use",
         "limitations and bias", "training details"),
    ),
    Generator(
        "peft",
        _any(*(f"^- PEFT {digit}" for digit in "0123456789"), "`bitsandbytes` quantization config was used during training"),
        ("The following `bitsandbytes` quantization config was used during training:", *_TRAINER_LINES, *_DEFAULT_LINES),
        (*_TRAINER_HEADINGS, *_DEFAULT_HEADINGS),
    ),
    Generator(
        "keras", _any("automatically according to the information Keras had access to"), _TRAINER_LINES, _TRAINER_HEADINGS
    ),
    Generator(
        "trainer", _TRAINER_MARKS, (*_TRAINER_LINES, "This model was trained from scratch on"), _TRAINER_HEADINGS
    ),
)  # fmt: skip

_OTHERS: Final = (
    Generator(
        "huggingtweets", _any("[huggingtweets](https://github.com/borisdayma/huggingtweets)"),
        ("I was made with [huggingtweets]", "Create your own bot based on your favorite user", "The model uses the following",
         "To understand how the model was developed", "You can use this model directly with a pipeline for text generation",
         "The model suffers from [the same limitations and bias", "In addition, the data present in the user's tweets",
         "The model is based on a pre-trained [GPT-2]", "Hyperparameters and metrics are recorded in", "[Explore the data]",
         "At the end of training, [the final model]", "style=", "@media", ".prose", "}", "*Built by Boris Dayma*",
         "For more details, visit the project repository.", "[![Follow]", "[![GitHub stars]",
         "![pipeline]", "<"),
        ("how does it work?", "training data", "training procedure", "how to use", "limitations and bias", "about",
         "intended uses & limitations"),
    ),
    Generator("huggingpics", _any("Autogenerated by HuggingPics"),
              ("Autogenerated by HuggingPics", "Create your own image classifier", "Report any issues with the demo"),
              ("example images",)),
    Generator(
        "adapterhub", _any("This adapter was created for usage with the **["),
        ("This adapter was created for usage with the **[", "First, install `adapter-transformers`:",
         "First, install `adapters`",
         "Now, the adapter can be loaded and activated like this:", "_Note: adapter-transformers is a fork",
         "If you use this adapter, please cite", "In particular, training configurations", "The training code for this adapter",
         "Refer to [the paper]", "An [adapter](https://adapterhub.ml) for"),
        ("usage", "architecture & training", "evaluation results", "citation"),
    ),
    Generator(
        "opus_mt", _any("OPUS readme:", "^### opus-mt"),
        ("* OPUS readme:", "* download original weights:", "* test set translations:", "* test set scores:"),
        ("benchmarks", "system info:"),
    ),
    Generator("dialogpt", _any("#DialoGPT Model")),
    Generator("espnet", _any("#ESPnet2"), (),
              ("demo: how to use in espnet2", "results", "environments", "asr config", "tts config", "citing espnet")),
    Generator("spacy", _any("| **Default Pipeline** |"), (), ("label scheme", "accuracy")),
    Generator("reinforcement_learning", _any("This is a trained model of a **"), (), ("usage (with stable-baselines3)",)),
    Generator(
        "transformers_push", _any("This is the model card of a 🤗 transformers model that has been pushed on the Hub"),
        _DEFAULT_LINES, _DEFAULT_HEADINGS,
    ),
    Generator(
        "hub_mixin", _any(("pushed to the Hub using", "PytorchModelHubMixin")),
        ("This model has been pushed to the Hub using", "- Library: [More Information Needed]", "- Docs: [More Information"),
    ),
    Generator(
        "default_template",
        _any("^# Model Card for Model ID", "Provide a quick summary of what the model is/does", "[More Information Needed]"),
        _DEFAULT_LINES, _DEFAULT_HEADINGS,
    ),
)  # fmt: skip

GENERATORS: Final = (*_CONVERTERS, *_MERGERS, *_TRAINERS, *_OTHERS)
"""In the order in which they rank: who converts a model pastes the card of its trainer, and a training tool wraps the Trainer,
so the first that is found is the card's chief generator."""

NAMES: Final = tuple(generator.name for generator in GENERATORS)
