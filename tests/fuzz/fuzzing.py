"""Fuzz one target with atheris: ``python -m tests.fuzz.fuzzing TARGET``, or all in turn: ``make fuzz``.

What libFuzzer finds worth keeping goes to ``--found``; the kept corpus beside this file is read, never written. A crash ends
the run with code 77, and its input is a file in ``--found``'s ``crashes``; give it to a target as ``--replay FILE``.
"""

from __future__ import annotations

import argparse
import os
import subprocess
import sys
import time
from pathlib import Path
from typing import NoReturn
from zlib import crc32

FOLDER = Path(__file__).parent
ROOT = FOLDER.parents[1]
TARGETS = ("front_matter", "merge_config", "listing_items", "detail_items")
INSTRUMENTED = ["pipelines.cards", "pipelines.crawl", "warehouse.landing.records", "tests.fuzz.planted_defects"]
LONGEST = 4096
"""Bytes of an input: a mutation of a long one is mostly noise; `check_growth` makes long ones of short ones."""


def main() -> None:
    """Fuzz the target that is named, or each in a process of its own."""
    parser = argparse.ArgumentParser(prog="python -m tests.fuzz.fuzzing", description=__doc__.partition("\n")[0])
    parser.add_argument("target", choices=(*TARGETS, "all"))
    parser.add_argument("--seconds", type=int, default=600, help="at most so long a target")
    parser.add_argument("--runs", type=int, default=-1, help="at most so many inputs a target")
    parser.add_argument("--seed", type=int, default=0, help="of the mutations; 0 draws one")
    parser.add_argument("--found", type=Path, default=Path(os.environ.get("HUBTREE_HOME", "hubtree-data")) / "fuzz")
    parser.add_argument("--growth-every", type=int, default=128, help="one input in so many is blown up, to see how work grows")
    parser.add_argument("--planted", help="first break the code in this way (planted_defects.py)")
    parser.add_argument("--replay", type=Path, help="run one input and end")
    asked = parser.parse_args()
    sys.exit(_all(asked) if asked.target == "all" else _one(asked))


def _all(asked: argparse.Namespace) -> int:
    """Every target is run to its end, also after one that crashed."""
    common = ["--seconds", str(asked.seconds), "--runs", str(asked.runs), "--found", str(asked.found)]
    codes = {}
    for name in TARGETS:
        codes[name] = subprocess.run(
            [sys.executable, "-m", "tests.fuzz.fuzzing", name, *common], cwd=ROOT, check=False
        ).returncode
    for name, code in codes.items():
        sys.stdout.write(f"{name}: {'nothing found' if code == 0 else f'ended with code {code}'}\n")
    return max(codes.values())


def _one(asked: argparse.Namespace) -> int:
    import atheris

    with atheris.instrument_imports(include=INSTRUMENTED):
        from tests.fuzz import fuzz_targets, planted_defects
        from tests.fuzz.json_mutator import mutate_json

    if asked.planted:
        planted_defects.PLANTED[asked.planted]()
    target = fuzz_targets.TARGETS[asked.target]

    n_run, until = 0, time.monotonic() + asked.seconds

    def run(content: bytes) -> None:
        nonlocal n_run
        target(content)
        if crc32(content) % asked.growth_every == 0:
            fuzz_targets.check_growth(target, content)
        n_run += 1
        if n_run == asked.runs or time.monotonic() > until:
            _end(n_run)

    if asked.replay:
        target(asked.replay.read_bytes())
        fuzz_targets.check_growth(target, asked.replay.read_bytes())
        return 0
    found, crashes = asked.found / asked.target, asked.found / "crashes"
    for folder in (found, crashes):
        folder.mkdir(parents=True, exist_ok=True)
    arguments = [sys.argv[0], str(found), str(FOLDER / "corpus" / asked.target), f"-dict={FOLDER / 'dictionary.dict'}"]
    arguments += [
        f"-max_len={LONGEST}",
        f"-seed={asked.seed}",
        "-timeout=120",
    ]
    arguments += [f"-artifact_prefix={crashes}/{asked.target}-", "-rss_limit_mb=4096", "-print_final_stats=1"]
    mutator = {} if asked.target in ("front_matter", "merge_config") else {"custom_mutator": mutate_json}
    atheris.Setup(arguments, run, **mutator)
    atheris.Fuzz()
    return 0


def _end(n_run: int) -> NoReturn:
    """End here: libFuzzer's own end unloads libraries whose threads still run, and took that for a crash now and then."""
    sys.stdout.write(f"inputs run: {n_run}\n")
    sys.stdout.flush()
    os._exit(0)


if __name__ == "__main__":
    main()
