"""The file that lineage events go to: one JSON object a line, whole lines even when tasks end at the same moment.

The file transport of the OpenLineage client writes a large event in several pieces, which two tasks can interleave.
"""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from openlineage.client.serde import Serde
from openlineage.client.transport.transport import Config, Transport

from pipelines.logs import redact


@dataclass
class LinesConfig(Config):
    """Where the lines go."""

    path: str

    @classmethod
    def from_dict(cls, params: dict[str, Any]) -> LinesConfig:
        """Read it from the transport's setting."""
        return cls(params["path"])


class LinesTransport(Transport):
    """Appends events to a local file; nothing leaves the machine."""

    kind = "hubtree_lines"
    config_class = LinesConfig

    def __init__(self, config: LinesConfig) -> None:
        self.path = Path(config.path)

    def emit(self, event: Any) -> None:
        """Append one event in a single write, with secrets taken out."""
        line = redact(Serde.to_json(event)) + "\n"
        self.path.parent.mkdir(parents=True, exist_ok=True)
        descriptor = os.open(self.path, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o644)
        try:
            os.write(descriptor, line.encode())
        finally:
            os.close(descriptor)
