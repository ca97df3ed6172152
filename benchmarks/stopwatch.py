"""Inside a measured process: how long each of its stages took, told to the benchmark as one line of JSON."""

from __future__ import annotations

import json
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field


@dataclass
class Stopwatch:
    """Wall and CPU seconds by stage; CPU counts all threads of the process."""

    stages: dict[str, tuple[float, float]] = field(default_factory=dict)

    @contextmanager
    def stage(self, name: str) -> Iterator[None]:
        """Time a block; stages of one name add up."""
        wall, cpu = time.perf_counter(), time.process_time()
        yield
        before = self.stages.get(name, (0.0, 0.0))
        self.stages[name] = (before[0] + time.perf_counter() - wall, before[1] + time.process_time() - cpu)

    def tell(self, told: object) -> None:
        """Print the stages and what the process found out, as the last line of standard output."""
        print(json.dumps({"stages": self.stages, "told": told}))
