"""How the children of a base add up over time: the growth law, jumps, forecasts, and preferential attachment of the hub."""

from pipelines.lineage.growth.tables import HubGrowth, describe_growth, end_of_observation

__all__ = ["HubGrowth", "describe_growth", "end_of_observation"]
