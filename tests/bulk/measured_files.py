"""Invented files in the form of each public release of losses; every number here is made up."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import polars as pl

Table = Mapping[str, Sequence[Any]]


def csv(path: Path, table: Table) -> Path:
    pl.DataFrame(table).write_csv(path)
    return path


def jsonl(path: Path, table: Table) -> Path:
    pl.DataFrame(table).write_ndjson(path)
    return path


CHINCHILLA = {
    "x": [1.0, 2.0],
    "Model Size": [1.25e8, 2.5e9],
    "Training FLOP": [6 * 1.25e8 * 2e9, 6 * 2.5e9 * 5e10],
    "loss": [3.5, 2.25],
}
GEMSTONES = {
    "run_name": ["Pearl-512x4", "Pearl-512x4", "Pearl-1024x8"],
    "params_active_precise": [60_000_000, 60_000_000, 200_000_000],
    "width": [512, 512, 1024],
    "depth": [4, 4, 8],
    "tokens": [10_000_000_000, 20_000_000_000, 20_000_000_000],
    "step": [2385, 4770, 4770],
    "num_nodes": [4, 4, 4],
    "seconds_per_step": [0.5, 0.5, 1.0],
    "final_loss": [3.5, 3.25, 3.0],
}
GEMSTONES_HUB = {
    "hf_name": ["acme/Topaz-2-7b-hf", "acme/Topaz-2-13b-hf", "acme/Agate-1.5B"],
    "loss": [2.0, 1.9, 2.5],
    "params": [7_000_000_000, 13_000_000_000, 1_500_000_000],
    "non_emb_params": [6_800_000_000, 12_800_000_000, 1_300_000_000],
    "width": [4096, 5120, 1536],
    "depth": [32, 40, 28],
    "vocab_size": [32_000, 32_000, 150_000],
}
TRAJECTORIES = {
    "index": [0, 1, 2, 3],
    "data": ["c4"] * 4,
    "epochs": [2, 2, 4, 4],
    "token_num": [10_000_000_000, 40_000_000_000, 10_000_000_000, 40_000_000_000],
    "loss": [3.0, 2.5, 3.1, 2.6],
    "num_params": ["2.8B"] * 4,
    "model_args": ["{}"] * 4,
    "tokens_per_epoch": [20e9, 20e9, 10e9, 10e9],
    "flops": [9e22, 2e22, 9e22, 2e22],
    "checkpoint": ["a", "a", "b", "b"],
}
OPT = {
    "model_name": ["OPT"] * 2,
    "model_size": ["125m", "125m"],
    "steps": [2000, 6000],
    "num_token": [9.0, 9.5],
    "flops": [17.875, 18.375],
    "ppl": [64.0, 32.0],
}
OLMO = {
    "Step": [100, 1000],
    "model_name": ["OLMo-7B ", "OLMo-7B "],
    "num_params": ["7B", "7B"],
    "c4_en-validation/CrossEntropyLoss": [None, 2.5],
    "c4_en-validation/Perplexity": [20.0, 12.0],
    "pile-validation/CrossEntropyLoss": [3.0, 2.0],
    "downstream/piqa_len_norm": [0.5, 0.6],
    "checkpoint": ["{'revision': 'step100-tokens0B'}", "{'revision': 'step1000-tokens4B'}"],
}
LADDER = {
    "run": ["190M-1xC", "190M-1xC", "3B-1xC"],
    "_step": [50.0, 100.0, 100.0],
    "throughput/total_tokens": [26_214_400.0, None, 104_857_600.0],
    "learning_rate_peak": [1e-3] * 3,
    "batch_size_in_tokens": [524_288, 524_288, 1_048_576],
    "eval/c4_en-validation/CrossEntropyLoss": [8.0, 7.0, 6.0],
    "eval/pile-validation/CrossEntropyLoss": [8.5, 7.5, None],
}
REPEATED = {
    "name": ["3b3b1b", "3b8b1b"],
    "params": [2.81e9, 2.81e9],
    "tokens": [3e9, 8e9],
    "unique_tokens": [1e9, 1e9],
    "loss": [3.0, 2.75],
}
PYTHIA = {
    "model": ["pythia-70m-deduped", "pythia-70m-deduped", "pythia-1b-bf16"],
    "step": [0, 1000, 1000],
    "task": ["lambada_openai"] * 3,
    "metric": ["ppl", "acc", "ppl"],
    "value": [1000.0, 0.1, 50.0],
}


def write_json(path: Path, document: object) -> Path:
    path.write_text(json.dumps(document), encoding="utf-8")
    return path
