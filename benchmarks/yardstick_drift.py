"""The yardstick, third part: how tasks and languages change along declared edges; licences are in `yardstick_notebook`."""

from __future__ import annotations

from typing import Any

import networkx as nx
import pandas as pd

from benchmarks.yardstick_repaired import CODES


def read_language_codes() -> set[str]:
    """Return the ISO 639-1 codes."""
    table = pd.read_csv(CODES / "languages.csv", keep_default_na=False)
    return set(table.loc[table["kind"] == "language", "language_code"])


def task_numbers(models: pd.DataFrame, graph: nx.DiGraph) -> dict[str, Any]:
    """Count the edges whose ends both have a task, and the share of these on which it changes."""
    tasks = {model_id: task for model_id, task in zip(models["id"], models["pipeline_tag"], strict=True) if pd.notna(task)}
    pairs = [(tasks[parent], tasks[child]) for parent, child in graph.edges() if parent in tasks and child in tasks]
    return {"task_pairs": len(pairs), "task_mutation": sum(before != after for before, after in pairs) / len(pairs)}


def language_numbers(models: pd.DataFrame, graph: nx.DiGraph) -> dict[str, Any]:
    """Measure how declared languages change: mean Jaccard distance, and the mean number before and after."""
    codes = read_language_codes()
    languages = {model_id: codes.intersection(tags) for model_id, tags in zip(models["id"], models["tags"], strict=True)}
    pairs = [(languages[parent], languages[child]) for parent, child in graph.edges()]
    pairs = [(before, after) for before, after in pairs if before and after]
    distances = [1 - len(before & after) / len(before | after) for before, after in pairs]
    return {
        "language_pairs": len(pairs),
        "language_mutation": sum(distances) / len(pairs),
        "languages_of_parent": sum(len(before) for before, _ in pairs) / len(pairs),
        "languages_of_child": sum(len(after) for _, after in pairs) / len(pairs),
    }
