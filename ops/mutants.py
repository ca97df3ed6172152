"""`make mutants`: mutation testing of the rooms cards and lineage by mutmut, on a sample that is the same every time.

All mutants of both rooms would take a day on a small machine. Each has a place by a hash of its name, and the first so many
are run, so a larger sample holds the smaller one. What survives is argued in docs/mutants.md, or gets a test.
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
from collections import Counter
from collections.abc import Mapping, Sequence
from hashlib import blake2b
from pathlib import Path
from typing import Final

ROOT: Final = Path(__file__).parent.parent
MADE: Final = ROOT / "mutants"
"""Where mutmut keeps the mutated code; git knows nothing of it."""
SEED: Final = "pipelines.cards.decoding.x_clean__mutmut_1"
"""Asked for first, so that mutmut makes the others; their names are known only then."""
OUTCOMES: Final = {
    0: "survived",
    1: "killed",
    3: "killed",
    5: "no test",
    33: "no test",
    36: "timeout",
    24: "timeout",
    152: "timeout",
}
"""By exit code of a mutant's tests, as mutmut records it; anything else is a crash of the interpreter, and killed."""


def main() -> None:
    """Run a sample and tell what survived."""
    parser = argparse.ArgumentParser(prog="make mutants", description=__doc__.partition("\n")[0])
    parser.add_argument("--sample", type=int, default=300, help="how many mutants")
    asked = parser.parse_args()
    _mutmut("run", "--max-children", "1", SEED)
    sample = chosen(codes(MADE), asked.sample)
    _mutmut("run", "--max-children", "1", *sample)
    sys.stdout.write("\n".join(report(sample, codes(MADE))) + "\n")


def codes(folder: Path) -> dict[str, int | None]:
    """Return every mutant's name with the exit code of its tests, None if it was not run."""
    found: dict[str, int | None] = {}
    for path in sorted(folder.glob("pipelines/*/*.meta")):
        found |= json.loads(path.read_text(encoding="utf-8"))["exit_code_by_key"]
    return found


def chosen(names: Sequence[str] | Mapping[str, object], size: int) -> list[str]:
    """Return the first so many names by their hash; the order of ``names`` does not matter."""
    return sorted(names, key=lambda name: (blake2b(name.encode(), digest_size=8).digest(), name))[:size]


def report(sample: Sequence[str], outcome: Mapping[str, int | None]) -> list[str]:
    """Return the counts of a sample, and the name of each mutant that no test killed."""
    told = {name: "not run" if (code := outcome.get(name)) is None else OUTCOMES.get(code, "killed") for name in sample}
    counts = Counter(told.values())
    lines = [f"{kind}: {name}" for name, kind in told.items() if kind in ("survived", "no test", "not run")]
    return [
        *sorted(lines),
        f"{len(sample)} of {len(outcome)} mutants: " + ", ".join(f"{n} {kind}" for kind, n in sorted(counts.items())),
    ]


def _mutmut(*words: str) -> None:
    # CI: hypothesis then draws the same examples every time.
    command = [sys.executable, "-m", "mutmut", *words]
    subprocess.run(command, cwd=ROOT, env=os.environ | {"CI": "1"}, stdout=subprocess.DEVNULL, check=False)


if __name__ == "__main__":
    main()
