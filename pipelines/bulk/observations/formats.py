"""The formats of public releases by name."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from pipelines.bulk.observations import (
    chinchilla,
    datablations,
    gemstones,
    hitchhiker,
    leaderboard,
    observational,
    olmo_ladder,
    pythia,
    task_scores,
)
from pipelines.bulk.observations.form import Reader

_READERS: Final[Mapping[str, Mapping[str, Reader]]] = {
    "losses": {
        "chinchilla": chinchilla.read,
        "gemstones": gemstones.read,
        "hitchhiker": hitchhiker.read,
        "olmo-ladder": olmo_ladder.read,
        "datablations": datablations.read,
        "pythia": pythia.read,
    },
    "evaluations": {
        "open-llm-leaderboard": leaderboard.read,
        "observational": observational.read,
        "olmo-ladder": task_scores.read_ladder,
        "pythia": task_scores.read_pythia,
        "gemstones": task_scores.read_gemstones,
        "hitchhiker": task_scores.read_hitchhiker,
    },
}


def readers(kind: str) -> Mapping[str, Reader]:
    """Return the readers of a landing kind: format, which is a release's name -> reader."""
    return _READERS[kind]
