"""Drift as a researcher's notebook computes it: ``python -m benchmarks.notebook_drift FOLDER N_FLOWS``.

Dictionaries of sets, a loop over the edges, a Counter of moves, bootstraps one after the other. The paper's protocol only; the
repaired one takes as long again, and is left out. Sets, rates and moves of every trait and scope are computed whole. Of the
resampling some is timed and multiplied, as all of it takes many minutes: 2,000 bootstraps of five rates of each trait and
scope and of each flow that hubtree gives an interval (half of them, for one protocol), 199 dealings of each trait and scope.
A bootstrap adds up sums by family (drawn by ``integers``, no Python loop), which is kinder than concatenating pairs. The tests
of flows, the leverage columns and the steps between the protocols are left out: all of it favours the notebook.
"""

from __future__ import annotations

import sys
import time
from collections import Counter, defaultdict
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pandas as pd

from benchmarks.stopwatch import Stopwatch
from benchmarks.yardstick_drift import read_language_codes

SCOPES = {
    **{word: {word} for word in ("finetune", "adapter", "quantized", "merge")},
    "no_merges": {"finetune", "adapter", "quantized"},
    "all": {"finetune", "adapter", "quantized", "merge"},
}
N_BOOTSTRAPS, N_DEALS, N_RATES, N_TIMED = 2000, 199, 5, 20

Sets = dict[str, frozenset[str]]
Edges = list[tuple[str, str, str]]


def read_traits(models: pd.DataFrame) -> dict[str, Sets]:
    """Return what each model declares of each trait."""
    codes = read_language_codes()
    traits: dict[str, Sets] = defaultdict(dict)
    columns = ("model_id", "license_ids", "languages", "pipeline_tag", "library_name", "tags")
    for model, licenses, languages, task, library, tags in zip(*(models[name] for name in columns), strict=True):
        traits["license"][model] = frozenset(licenses)
        traits["language"][model] = frozenset(languages) & codes
        traits["task"][model] = frozenset([task]) if isinstance(task, str) else frozenset()
        traits["library"][model] = frozenset([library]) if isinstance(library, str) else frozenset()
        traits["dataset"][model] = frozenset(tag[8:] for tag in tags if tag.startswith("dataset:"))
    return traits


def distances_of(sets: Sets, edges: Edges) -> list[tuple[str, float]]:
    """Return parent and Jaccard distance of every edge whose ends both declare the trait."""
    found = []
    for parent, child, _ in edges:
        before, after = sets[parent], sets[child]
        if before and after:
            found.append((parent, 1 - len(before & after) / len(before | after)))
    return found


def moves_of(sets: Sets, edges: Edges) -> tuple[Counter[tuple[str, str]], Counter[tuple[str, str]]]:
    """Return all moves as the paper counts them, and the plain swaps."""
    moves: Counter[tuple[str, str]] = Counter()
    swaps: Counter[tuple[str, str]] = Counter()
    for parent, child, _ in edges:
        before, after = sets[parent], sets[child]
        if before and after and before != after:
            moves.update((old, new) for new in after - before for old in before)
            moves.update((old, new) for old in before - after for new in after)
            if len(before) == len(after) == 1:
                swaps[min(before), min(after)] += 1
    return moves, swaps


def seconds(action: Callable[[], object]) -> float:
    """Return the mean time of an action."""
    begun = time.perf_counter()
    for _ in range(N_TIMED):
        action()
    return (time.perf_counter() - begun) / N_TIMED


def resampling_seconds(measured: list[tuple[str, float]], family: dict[str, str]) -> tuple[float, float]:
    """Return the time of one bootstrap over families and of one dealing of parents, for one trait and scope."""
    frame = pd.DataFrame(measured, columns=["parent", "distance"])
    sums = frame.groupby([family[parent] for parent in frame["parent"]])["distance"].agg(["sum", "count"]).to_numpy()
    rng = np.random.default_rng(0)

    def bootstrap() -> float:
        drawn = sums[rng.integers(len(sums), size=len(sums))].sum(axis=0)
        return float(drawn[0] / drawn[1])

    distances = frame["distance"].to_numpy()
    return seconds(bootstrap), seconds(lambda: rng.permutation(distances).mean())


def main(folder: Path, n_flows: int) -> None:
    """Compute, and tell the numbers and the seconds that the resampling would take."""
    watch = Stopwatch()
    with watch.stage("read"):
        models = pd.read_parquet(folder / "models.parquet")
        edges = pd.read_parquet(folder / "edges.parquet")
    with watch.stage("sets"):
        traits = read_traits(models)
        family = {model: name or model for model, name in zip(models["model_id"], models["family_id"], strict=True)}
        is_exact = edges["is_parent_listed"] & ~edges["is_repaired"]
        exact = edges[is_exact & edges["evidence_sources"].map(lambda sources: "tag" in sources)]
        linked: Edges = list(zip(exact["parent_id"], exact["child_id"], exact["relation"], strict=True))
    rates, swaps, resampling = {}, {}, 0.0
    with watch.stage("rates and moves"):
        for trait, sets in traits.items():
            for scope, words in SCOPES.items():
                inside = [edge for edge in linked if edge[2] in words]
                measured = distances_of(sets, inside)
                if trait != "dataset":
                    _, plain = moves_of(sets, inside)
                if trait == "license" and scope == "all":
                    swaps = {" -> ".join(move): n for move, n in plain.items()}
                if measured:
                    rates[f"paper {trait} {scope}"] = (len(measured), sum(each for _, each in measured) / len(measured))
                    bootstrap, deal = resampling_seconds(measured, family)
                    resampling += N_RATES * N_BOOTSTRAPS * bootstrap + N_DEALS * deal
                    if scope == "all" and trait == "license":
                        of_flows = n_flows * N_BOOTSTRAPS * bootstrap
    watch.tell({"rates": rates, "swaps": swaps, "resampling_seconds": resampling + of_flows})


if __name__ == "__main__":
    main(Path(sys.argv[1]), int(sys.argv[2]))
