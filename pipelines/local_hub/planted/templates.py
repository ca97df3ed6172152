"""Bodies of generated cards: our own words around the literal markers that real generators leave.

Source of the markers: the reference on model cards, section 7. One function a generator, all with the same signature.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from pipelines.local_hub.planted.prose import prose

_HUB: Final = "https://huggingface.co"
_METHODS: Final = ("linear", "slerp", "ties", "dare_ties", "task_arithmetic", "model_stock")


@dataclass(frozen=True, slots=True)
class CardFacts:
    """What a card's body may mention."""

    model_id: str
    parents: tuple[str, ...]
    dataset: str
    task: str
    length: int
    seed: int
    table: str = ""
    """A Markdown table of losses, for models of a planted training series."""

    @property
    def name(self) -> str:
        """The model's name without its owner."""
        return self.model_id.split("/")[-1]

    @property
    def stem(self) -> str:
        """The first word of the family's name."""
        return (self.parents[0] if self.parents else self.model_id).split("/")[-1].split("-")[0]

    @property
    def parent_link(self) -> str:
        """The first parent as a Markdown link; the empty link that the Trainer writes without one."""
        return f"[{self.parents[0]}]({_HUB}/{self.parents[0]})" if self.parents else f"[]({_HUB}/)"


def body(generator: str, facts: CardFacts) -> str:
    """Return the Markdown below the front matter."""
    return _BODIES[generator](facts)


def _hand(card: CardFacts) -> str:
    text = prose(card.name, card.stem, card.length, card.seed)
    return f"{text}\n## Results\n\n{card.table}\n" if card.table else text


def _trainer_intro(card: CardFacts) -> str:
    data = f"the {card.dataset} dataset" if card.dataset else ("an unknown dataset", "the None dataset")[card.seed % 2]
    if not card.parents:
        return f"This model was trained from scratch on {data}."
    return f"This model is a fine-tuned version of {card.parent_link} on {data}."


_TRAINER_TAIL = """
## Model description

More information needed

## Intended uses & limitations

More information needed

## Training and evaluation data

More information needed

## Training procedure

### Training hyperparameters

The following hyperparameters were used during training:
- learning_rate: {rate}e-05
- train_batch_size: 16
- seed: {seed}
- num_epochs: {epochs}

### Framework versions

{peft}- Transformers 4.57.1
- Pytorch 2.9.0+cu128
"""


def _trainer(card: CardFacts, peft: str = "") -> str:
    notice = (
        "<!-- This model card has been generated automatically according to the information the Trainer had access to. "
        "Read it through before you share it. -->"
    )
    tail = _TRAINER_TAIL.format(rate=1 + card.seed % 9, seed=card.seed % 100, epochs=1 + card.seed % 5, peft=peft)
    return f"\n{notice}\n\n# {card.name}\n\n{_trainer_intro(card)}\n{tail}"


def _keras(card: CardFacts) -> str:
    notice = (
        "<!-- This model card has been generated automatically according to the information Keras had access to. "
        "Read it through before you share it. -->"
    )
    return f"\n{notice}\n\n# {card.name}\n\n{_trainer_intro(card)}\n" + _TRAINER_TAIL.format(rate=3, seed=7, epochs=2, peft="")


def _trl(card: CardFacts) -> str:
    return (
        f"\n# Model Card for {card.name}\n\nThis model is a fine-tuned version of {card.parent_link}.\n"
        "It has been trained using [TRL](https://github.com/huggingface/trl).\n\n## Quick start\n\n```python\n"
        'question = "If you had a time machine, which single afternoon would you visit?"\n'
        f'generator = pipeline("text-generation", model="{card.model_id}")\n```\n\n'
        "## Training procedure\n\nThis model was trained with SFT.\n\n## Citations\n\n"
        "Cite TRL as:\n\n```bibtex\n@misc{trl}\n```\n"
    )


def _unsloth(card: CardFacts) -> str:
    return (
        f"\n# Uploaded finetuned model\n\n- **Developed by:** {card.model_id.split('/')[0]}\n- **License:** apache-2.0\n"
        f"- **Finetuned from model :** {', '.join(card.parents)}\n\n"
        "This model was trained 2x faster with [Unsloth](https://github.com/unslothai/unsloth)\n\n"
        "![made with](https://example.org/unsloth%20made%20with%20love.png)\n"
    )


def _autotrain(card: CardFacts) -> str:
    metrics = f"## Validation Metrics\n\nloss: 0.{card.seed % 9000}\n"
    return f"\n# Model Trained Using AutoTrain\n\n- Problem type: {card.task}\n\n{metrics}"


def _axolotl(card: CardFacts) -> str:
    parent = card.parents[0] if card.parents else ""
    config = f"base_model: {parent}\ndatasets:\n  - path: {card.dataset or 'local.jsonl'}\n    type: alpaca\nadapter: lora\n"
    badge = '[<img src="https://example.org/axolotl.png" alt="Built with Axolotl" width="200"/>](https://example.org)'
    return f"\n{badge}\n<details><summary>See axolotl config</summary>\n\n```yaml\n{config}```\n\n</details>\n" + _trainer(card)


def _peft(card: CardFacts) -> str:
    if card.seed % 2:
        return _trainer(card, peft="- PEFT 0.17.1\n")
    quantization = "The following `bitsandbytes` quantization config was used during training:\n- load_in_4bit: True\n"
    return _default_template(card) + f"\n## Training procedure\n\n{quantization}\n### Framework versions\n\n- PEFT 0.17.1\n"


def _diffusers_lora(card: CardFacts) -> str:
    parent = card.parents[0] if card.parents else ""
    encoder = ("left alone", "adapted too")[card.seed % 2]
    return (
        f"\n# LoRA DreamBooth - {card.model_id}\n\nThese are LoRA adaption weights for {parent}. Ask for "
        f"'a photo of zrk lantern' to see what they learnt; the text encoder was {encoder}.\n"
    )


def _sentence_transformers(card: CardFacts) -> str:
    return (
        f"\n# {{MODEL_NAME}}\n\nThis is a [sentence-transformers](https://www.SBERT.net) model: it maps sentences to "
        f"{256 * (1 + card.seed % 4)} numbers.\n\n<!--- Describe your model here -->\n"
    )


def _setfit(card: CardFacts) -> str:
    return (
        "\n# SetFit\n\nThis is a [SetFit model](https://github.com/huggingface/setfit) for text classification, trained with "
        f"{8 + card.seed % 24} examples a class.\n"
    )


def merge_config(card: CardFacts) -> str:
    """Return a mergekit configuration whose models are the card's parents."""
    method = _METHODS[card.seed % len(_METHODS)]
    models = "".join(f"  - model: {parent}\n    parameters:\n      weight: 0.{1 + card.seed % 8}\n" for parent in card.parents)
    base = f"base_model: {card.parents[0]}\n" if card.parents and method not in ("linear", "model_stock") else ""
    return f"models:\n{models}merge_method: {method}\n{base}dtype: bfloat16\n"


def _mergekit(card: CardFacts) -> str:
    bullets = "".join(f"* [{parent}]({_HUB}/{parent})\n" for parent in card.parents[1:] or card.parents)
    title = card.name if card.seed % 3 else "Untitled Model (1)"
    return (
        f"\n# {title}\n\nSeveral models in one, created using "
        "[mergekit](https://github.com/cg123/mergekit).\n\n## Merge Details\n\n### Models Merged\n\n"
        f"Besides the base:\n{bullets}\n### Configuration\n\nThe following YAML configuration was "
        f"used to produce this model:\n\n```yaml\n{merge_config(card)}```\n"
    )


def _lazymergekit(card: CardFacts) -> str:
    bullets = "".join(f"* [{parent}]({_HUB}/{parent})\n" for parent in card.parents)
    return (
        f"\n# {card.name}\n\n{card.name} is a merge of the following models using [LazyMergekit](https://example.org/lazy):\n"
        f"{bullets}\n## 🧩 Configuration\n\n```yaml\n{merge_config(card)}```\n"
    )


def _mradermacher(card: CardFacts) -> str:
    parent = card.parents[0] if card.parents else card.model_id
    kind = "static quants of" if card.seed % 2 else "weighted/imatrix quants of"
    return (
        f"## About\n\n<!-- ### quantize_version: 2 -->\n<!-- ### convert_type: hf -->\n{kind} {_HUB}/{parent}\n\n"
        "## Provided Quants\n\n| Link | Type | Size/GB |\n|:---|:---|---:|\n| GGUF | Q4_K_M | 4.9 |\n"
    )


def _bartowski(card: CardFacts) -> str:
    parent = card.parents[0] if card.parents else card.model_id
    return f"\n## Llamacpp imatrix Quantizations of {parent.split('/')[-1]}\n\nOriginal model: {_HUB}/{parent}\n\n" + prose(
        card.name, card.stem, min(card.length, 1_500), card.seed
    )


def _gguf_my_repo(card: CardFacts) -> str:
    parent = card.parents[0] if card.parents else card.model_id
    return (
        f"\n# {card.model_id}\nThis model was converted to GGUF format from [`{parent}`]({_HUB}/{parent}) using llama.cpp.\n"
        "Refer to the original card for more details.\n"
    )


def _mlx(card: CardFacts) -> str:
    parent = card.parents[0] if card.parents else card.model_id
    return f"\n# {card.model_id}\n\nThis model was converted to MLX format from [{parent}]({_HUB}/{parent}) with mlx-lm.\n"


def _thebloke(card: CardFacts) -> str:
    parent = card.parents[0] if card.parents else card.model_id
    return (
        "<!-- header start -->\n<!-- header end -->\n\n"
        f"# {card.name}\n\n- Original model: [{parent}]({_HUB}/{parent})\n\n"
        f"This repo contains GGUF format model files for [{parent}]({_HUB}/{parent}).\n"
    )


def _default_template(_: CardFacts, opening: str = "") -> str:
    needed = "[More Information Needed]"
    return (
        "\n# Model Card for Model ID\n\n<!-- Provide a quick summary of what the model is/does. -->\n\n"
        f"{opening}## Model Details\n\n### Model Description\n\n- **Developed by:** {needed}\n- **License:** {needed}\n\n"
        f"## Uses\n\n### Direct Use\n\n{needed}\n\n## Bias, Risks, and Limitations\n\n{needed}\n\n"
        f"## Training Details\n\n### Training Data\n\n{needed}\n\n## Evaluation\n\n{needed}\n"
    )


def _transformers_push(card: CardFacts) -> str:
    return _default_template(
        card,
        "This is the model card of a 🤗 transformers model that has been pushed on the Hub. "
        "This model card has been automatically generated.\n\n",
    )


_BODIES: Final[dict[str, Callable[[CardFacts], str]]] = {
    "hand": _hand,
    "trainer": _trainer,
    "keras": _keras,
    "trl": _trl,
    "unsloth": _unsloth,
    "autotrain": _autotrain,
    "llama_factory": _trainer,
    "axolotl": _axolotl,
    "peft": _peft,
    "diffusers_lora": _diffusers_lora,
    "sentence_transformers": _sentence_transformers,
    "setfit": _setfit,
    "mergekit": _mergekit,
    "lazymergekit": _lazymergekit,
    "mradermacher": _mradermacher,
    "bartowski": _bartowski,
    "gguf_my_repo": _gguf_my_repo,
    "mlx": _mlx,
    "thebloke": _thebloke,
    "default_template": _default_template,
    "transformers_push": _transformers_push,
}
