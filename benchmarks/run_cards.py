"""The measured readings of cards: ``python -m benchmarks.run_cards WAY FOLDER``.

``hubtree`` reads the recorded cards whole; ``repocard`` their front matter alone, by RepoCard of huggingface_hub; ``growth``
reads invented cards of a quarter and of a whole megabyte; ``duplicates`` gathers 500,000 invented signatures.
"""

from __future__ import annotations

import sys
from pathlib import Path

import numpy as np
import polars as pl

from benchmarks.stopwatch import Stopwatch

_STUB = b"does not exist in the given tree"
_N_SIGNATURES = 500_000
_MEGABYTE = 1_000_000
_GROWING = {
    "prose": "The wren sings before the sun is up and long after it went down. ",
    "headings": "## Limitations of wrens\n\nThey are small.\n\n",
    "links": "A fine-tuned version of [a/b](https://huggingface.co/a/b), see [c](https://example.org).\n",
    "tables": "| MMLU | 1 |\n|---|---|\n| a | 0.5 |\n\n",
    "code": "```yaml\nmodels:\n- model: a/b\n```\n",
    "lists": "        - one more\n",
}
"""What invented cards repeat."""


def main(way: str, folder: Path) -> None:
    """Tell seconds by stage, and counts."""
    watch = Stopwatch()
    watch.tell({"hubtree": _hubtree, "repocard": _repocard, "growth": _growth, "duplicates": _duplicates}[way](watch, folder))


def _recorded(folder: Path) -> pl.DataFrame:
    old = pl.read_parquet(folder / "cards_2022-02.parquet").select(card_sha="path", content="readme_bytes")
    rows = pl.read_parquet(folder / "families_2025-04.parquet").filter(pl.col("card") != "N/A")
    new = rows.unique("id", keep="last", maintain_order=True).select(card_sha="id", content=pl.col("card").cast(pl.Binary))
    return pl.concat([old.filter(~pl.col("content").bin.contains(_STUB)), new]).unique("card_sha", maintain_order=True)


def _hubtree(watch: Stopwatch, folder: Path) -> dict[str, float]:
    from pipelines.cards import parse_cards

    cards = _recorded(folder)
    parse_cards(cards.head(200))  # imports and caches are not what is measured
    with watch.stage("read"):
        parse_cards(cards)
    return {"cards": cards.height, "bytes": float(cards["content"].bin.size().sum())}


def _repocard(watch: Stopwatch, folder: Path) -> dict[str, float]:
    from huggingface_hub import RepoCard

    cards = _recorded(folder)
    n_refused = 0
    with watch.stage("read"):
        for content in cards["content"]:
            try:
                RepoCard(content.decode("utf-8", "replace"), ignore_metadata_errors=True)
            except Exception:
                n_refused += 1
    return {"cards": cards.height, "refused": n_refused}


def _growth(watch: Stopwatch, folder: Path) -> dict[str, float]:  # noqa: ARG001 - one signature for all ways
    from pipelines.cards import read_card

    for name, text in _GROWING.items():
        for size in (_MEGABYTE // 4, _MEGABYTE):
            card = (text * (size // len(text))).encode()
            with watch.stage(f"{name} {size}"):
                read_card(card)
    return {}


def _duplicates(watch: Stopwatch, folder: Path) -> dict[str, float]:  # noqa: ARG001 - one signature for all ways
    from pipelines.cards.near_duplicates import leaders_of

    rng = np.random.default_rng(1)
    bases = rng.integers(0, 1 << 16, (_N_SIGNATURES // 2, 128), dtype=np.uint16)
    signatures = bases[rng.integers(0, len(bases), _N_SIGNATURES)]
    for row in range(128):  # each copy differs from its base in a share of bins of its own, 0.4 at most
        differs = rng.random(_N_SIGNATURES) < np.linspace(0, 0.4, _N_SIGNATURES)
        signatures[differs, row] = rng.integers(0, 1 << 16, int(differs.sum()), dtype=np.uint16)
    with watch.stage("gather"):
        leaders = leaders_of(signatures)
    return {"cards": _N_SIGNATURES, "followers": int((leaders != np.arange(_N_SIGNATURES)).sum())}


if __name__ == "__main__":
    main(sys.argv[1], Path(sys.argv[2]))
