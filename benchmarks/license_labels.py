"""How the labels of licence chains compare with those that others gave by hand and by name.

``python -m benchmarks.license_labels [--each] [FILE]`` reads chains (a JSON list of ``{tags, chain: [{model, license: […]}]}``,
root first; a licence may be one text, a list or missing, and tags may be missing), labels each by
`pipelines.drift.licences.label_chains`, and prints for each label how many chains both, only they and only we give it. Four
labels are facts and must agree; three are judgements on Llama licences, and every difference is counted under the reason for
it (docs/licences.md argues each by clause). ``--each`` prints one JSON line a chain instead: its labels and the verdict on
each step. FILE defaults to the recorded chains of July 2024.
"""

from __future__ import annotations

import json
import os
import sys
from collections import Counter
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from pipelines.drift.licences import CodeTables, judge_chains, label_chains
from pipelines.drift.licences.chains import EXACT, JUDGED
from warehouse import codes

Declared = tuple[str, tuple[str, ...]]
"""A model and the licences it declares."""
Chain = tuple[frozenset[str], list[Declared]]
"""The labels that others gave, and the models with their licences."""


def read_chains(file: Path) -> list[Chain]:
    """Read the chains of a file."""
    documents = json.loads(file.read_text(encoding="utf-8"))
    return [
        (frozenset(each.get("tags") or ()), [(link["model"], _listed(link.get("license"))) for link in each["chain"]])
        for each in documents
    ]


def _listed(licenses: Sequence[str] | str | None) -> tuple[str, ...]:
    return (licenses,) if isinstance(licenses, str) else tuple(licenses or ())


def judged(chains: Sequence[Chain]) -> Iterator[dict[str, Any]]:
    """Yield for each chain its labels and the verdict on each step."""
    tables, links = CodeTables(**codes.licensing()), [chain for _, chain in chains]
    labels = label_chains(links, tables)
    rows = judge_chains(links, tables).verdicts.rows(named=True)
    steps: dict[int, list[dict[str, Any]]] = {}
    for row in rows:
        model, _, place = str(row["child_id"]).rpartition("#")
        chain, step = map(int, place.split("."))
        path = [name.rpartition("#")[0] for name in row["path"]]
        told = {name: row[name] for name in ("verdict", "rule_id", "obligation", "clause", "source_license_id", "confidence")}
        steps.setdefault(chain, []).append({"step": step, "model": model, **told, "path": path, "doubts": row["doubts"]})
    for number, (_, chain) in enumerate(chains):
        by_step = sorted(steps.get(number, []), key=lambda step: int(step["step"]))
        yield {"models": [model for model, _ in chain], "labels": labels[number], "verdicts": by_step}


def compare(chains: Sequence[Chain]) -> dict[str, dict[str, Any]]:
    """Return for each label how many chains both, only they and only we give it, and the reasons where we differ."""
    ours = label_chains([links for _, links in chains], CodeTables(**codes.licensing()))
    found: dict[str, dict[str, Any]] = {}
    for label in (*EXACT, *JUDGED):
        sides = [(label in theirs, label in own, links) for (theirs, links), own in zip(chains, ours, strict=True)]
        differing = Counter(reason_of(label, links, is_ours) for is_theirs, is_ours, links in sides if is_theirs != is_ours)
        found[label] = {
            "both": sum(is_theirs and is_ours for is_theirs, is_ours, _ in sides),
            "neither": sum(not is_theirs and not is_ours for is_theirs, is_ours, _ in sides),
            "only_theirs": sum(is_theirs and not is_ours for is_theirs, is_ours, _ in sides),
            "only_ours": sum(is_ours and not is_theirs for is_theirs, is_ours, _ in sides),
            "reasons": dict(sorted(differing.items())),
        }
    return found


def reason_of(label: str, links: Sequence[Declared], is_ours: bool) -> str:
    """Name why we give a label that they do not (``is_ours``), or the other way round; ``unexplained`` if nothing is known."""
    if label not in JUDGED:
        return "unexplained"
    bearers = [place for place, (_, licenses) in enumerate(links) if _is_llama(licenses)]
    below = links[bearers[0] + 1 :] if bearers else []
    return _why_only_ours(label, below) if is_ours else _why_only_theirs(label, links, bearers, below)


def _why_only_ours(label: str, below: Sequence[Declared]) -> str:
    if not below:
        return "unexplained"
    return "llama3_asks_whatever_the_child_declares" if label == "llama_naming_issue" else "child_declares_another_licence"


def _why_only_theirs(label: str, links: Sequence[Declared], bearers: Sequence[int], below: Sequence[Declared]) -> str:
    if not below:
        return "llama_declared_by_the_last_alone" if bearers else "llama_by_name_alone"
    if label == "llama_naming_issue":
        asks = any("llama3" in each for _, licenses in links[:-1] for each in licenses)
        return "unexplained" if asks else "llama2_asks_for_no_name"
    if all(_is_llama(licenses) for _, licenses in below):
        return "licence_declared_name_no_declaration"
    return "child_states_nothing" if label == "missing_llama_license" else "unexplained"


def _is_llama(licenses: Sequence[str]) -> bool:
    return any(each.startswith("llama") for each in licenses)


def recorded() -> Path:
    """Return where the recorded chains lie."""
    root = Path(__file__).parent.parent
    data = Path(os.environ.get("HUBTREE_REAL_DATA", root.parent / "shared" / "data"))
    return data / "licences" / "licence_chains_2024-07.json"


def main(arguments: list[str]) -> None:
    """Print the comparison, or every chain, as JSON."""
    files = [word for word in arguments if word != "--each"]
    chains = read_chains(Path(files[0]) if files else recorded())
    if "--each" in arguments:
        for each in judged(chains):
            print(json.dumps(each, ensure_ascii=False))
        return
    print(json.dumps({"n_chains": len(chains), "labels": compare(chains)}, indent=1))


if __name__ == "__main__":
    main(sys.argv[1:])
