"""What an operator looks at first: is the environment whole, is there room, did the night run, is the published file sound."""

from pipelines.doctor.examining import Finding, examine

__all__ = ["Finding", "examine"]
