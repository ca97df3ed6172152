"""Published losses of the recorded data, as the laws read them."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import polars as pl
import pytest

from pipelines.scaling.laws.law import Columns, Law
from pipelines.scaling.laws.registry import LAWS


def scaling_file(real_data: Path, name: str) -> Path:
    path = real_data / "scaling" / name
    if not path.is_file():
        pytest.skip(f"{path} is not here")
    return path


def chinchilla(real_data: Path, n: int) -> tuple[Columns, np.ndarray]:
    """The n smallest losses of the figure; the published refit leaves out the five highest of 245."""
    points = pl.read_csv(scaling_file(real_data, "chinchilla/svg_extracted_data.csv")).sort("loss")[:n]
    size, flop = points["Model Size"].to_numpy(), points["Training FLOP"].to_numpy()
    columns = {"parameter_count": size, "token_count": flop / (6 * size), "compute_flop": flop}
    return columns, points["loss"].to_numpy()


def repeated_data(real_data: Path) -> tuple[Columns, np.ndarray]:
    """The 182 runs behind the data-constrained law."""
    runs = pl.read_csv(scaling_file(real_data, "datablations/parametric_fit_runs.csv"))
    names = {"parameter_count": "params", "token_count": "tokens", "unique_token_count": "unique_tokens"}
    return {name: runs[column].cast(pl.Float64).to_numpy() for name, column in names.items()}, runs["loss"].to_numpy()


@dataclass(frozen=True)
class Published:
    """One published fit of the Gemstones with its data."""

    name: str
    delta: float
    law: Law
    columns: Columns
    target: np.ndarray
    theta: np.ndarray
    objective: float


def gemstones(real_data: Path) -> list[Published]:
    """The 42 published fits of two to four terms."""
    laws = {
        "parameters": LAWS["chinchilla"],
        "width_depth": LAWS["width_depth_tokens"],
        "width_depth_parameters": LAWS["width_depth_parameters_tokens"],
    }
    folder = real_data / "scaling" / "gemstones"
    if not folder.is_dir():
        pytest.skip(f"{folder} is not here")
    found = []
    for delta, name in ((1e-3, "parameters_delta-3"), (1e-4, "parameters_delta-4")):
        for path in sorted((folder / "reference_fits" / name).glob("*.json")):
            kind, _, data = path.stem.removeprefix("approach_3_").partition("_grid_search_0_")
            answer = {key: value["0"] for key, value in json.loads(path.read_text(encoding="utf-8")).items()}
            columns, target = _gemstone_columns(
                folder / f"{data.removesuffix('_no_embeds')}.jsonl", data.endswith("_no_embeds")
            )
            theta = np.array([answer["irreducible_error"], *answer["coefficients"], *answer["exponents"]])
            found.append(Published(path.stem, delta, laws[kind], columns, target, theta, answer["loss"]))
    return found


def _gemstone_columns(path: Path, without_embeddings: bool) -> tuple[Columns, np.ndarray]:
    runs = pl.read_ndjson(path)
    names = {"parameter_count": "params_active_precise", "token_count": "tokens", "width": "width", "depth": "depth"}
    columns = {name: runs[old].cast(pl.Float64).to_numpy() for name, old in names.items() if old in runs.columns}
    if without_embeddings:
        columns["parameter_count"] = columns["parameter_count"] - 50_304 * columns["width"]
    return columns, runs["final_loss"].to_numpy()


def ladder(real_data: Path) -> tuple[Columns, np.ndarray, float]:
    """OLMo's ladder on C4: 16 runs (largest tokens, mean of the last five losses), and the target's loss."""
    sizes = json.loads(scaling_file(real_data, "olmo_ladder/final_config.json").read_text(encoding="utf-8"))
    steps = pl.read_csv(scaling_file(real_data, "olmo_ladder/val_losses_by_step.csv"), infer_schema_length=None)
    finals = (
        steps.drop_nulls("eval/c4_en-validation/CrossEntropyLoss")
        .sort("run", "_step")
        .group_by("run", maintain_order=True)
        .agg(
            tokens=pl.col("throughput/total_tokens").max(),
            loss=pl.col("eval/c4_en-validation/CrossEntropyLoss").tail(5).mean(),
        )
    )
    wanted = [
        {"run": Path(path).stem, "parameter_count": float(each["n"])}
        for each in sizes.values()
        if each["mode"] == "train"
        for path in each["paths"]
    ]
    runs = pl.DataFrame(wanted).join(finals, on="run", how="left").sort("run")
    target = finals.filter(pl.col("run") == "peteish13_eval_final")["loss"].item()
    columns = {"parameter_count": runs["parameter_count"].to_numpy(), "token_count": runs["tokens"].cast(pl.Float64).to_numpy()}
    return columns, runs["loss"].to_numpy(), target
