"""A hub whose history is known: families, traits, cards and defects planted by a seed, with the truth as tables."""

from pipelines.local_hub.planted.hub import PlantedHub, plant, write_truth
from pipelines.local_hub.planted.parameters import DriftRates, HubShape, TraitRates
from pipelines.local_hub.planted.tomorrow import next_day

__all__ = ["DriftRates", "HubShape", "PlantedHub", "TraitRates", "next_day", "plant", "write_truth"]
