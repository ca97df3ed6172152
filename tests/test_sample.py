"""What the docs show of the sample is what the sample says: docstrings and notebooks run on it."""

from __future__ import annotations

import doctest
import importlib.util
from datetime import date
from pathlib import Path
from typing import Any

import polars as pl
import pytest

from ops.cookbook_page import cookbook_page
from ops.reference import FOLDER, MADE, SHOWING
from ops.sample import N_MODELS, build_sample
from ops.shown_output import refreshed
from pipelines.query import hub as hub_module
from pipelines.query import open_hub
from pipelines.query.hub import Hub
from warehouse.errors import NotFound, UsageError

NOTEBOOKS = Path(__file__).parent.parent / "docs" / "notebooks"


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return build_sample(tmp_path_factory.mktemp("sample")).parent.parent


@pytest.fixture
def hub(home: Path, monkeypatch: pytest.MonkeyPatch) -> Hub:
    monkeypatch.setenv("HUBTREE_HOME", str(home))
    return open_hub()


def test_the_cookbook_shows_each_question_with_its_answer_on_the_sample(hub: Hub) -> None:
    assert (FOLDER / "cookbook.md").read_text(encoding="utf-8") == cookbook_page(hub.database, MADE), "run make docs"


@pytest.mark.parametrize("page", SHOWING, ids=lambda page: page.name)
def test_a_page_shows_what_its_commands_print(hub: Hub, home: Path, page: Path) -> None:
    text = page.read_text(encoding="utf-8")
    assert text.count("$ hubtree ") >= 3
    assert text == refreshed(text, home), "run make docs"


def test_the_examples_of_the_docstrings_hold(hub: Hub) -> None:
    told: list[str] = []
    runner = doctest.DocTestRunner(optionflags=doctest.ELLIPSIS)
    for test in doctest.DocTestFinder().find(hub_module, extraglobs={"hub": hub}):
        runner.run(test, out=told.append)
    assert not told, "".join(told)
    assert runner.summarize(verbose=False).attempted >= 8


def test_a_table_has_the_rows_of_the_file_and_a_file_may_be_named(hub: Hub) -> None:
    assert hub.table("models").height >= N_MODELS
    assert hub.table("models")["model_id"].n_unique() == hub.sql("select count(*) as n from models").item()
    assert open_hub(hub.database).database == open_hub(str(hub.database)).database == hub.database


def test_a_query_gives_every_row_and_binds_its_values(hub: Hub) -> None:
    assert hub.sql("select unnest(range(1500)) as n").height == 1500
    assert hub.sql("select ? as a, ? as b", ["'x'", None]).rows() == [("'x'", None)]
    with pytest.raises(UsageError):
        hub.sql("drop table models")


def test_what_is_not_there_is_told(hub: Hub, tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="models has no column colour"):
        hub.table("models", ["colour"])
    with pytest.raises(NotFound, match="what was known on 2020-01-01 is not built"):
        open_hub(as_of=date(2020, 1, 1))
    with pytest.raises(NotFound, match="no published file"):
        open_hub(tmp_path / "hub.duckdb")
    with pytest.raises(UsageError, match="exclude"):
        open_hub(hub.database, as_of=date(2020, 1, 1))


def test_a_day_is_opened_by_its_date(hub: Hub, home: Path) -> None:
    day = home / "published" / "hub-as-of-2026-10-01.duckdb"
    day.symlink_to(hub.database.name)
    try:
        assert open_hub(as_of=date(2026, 10, 1)).database == hub.database
    finally:
        day.unlink()


def run_notebook(name: str) -> dict[str, Any]:
    """What the cells of a notebook define; a cell that fails raises here."""
    spec = importlib.util.spec_from_file_location(name, NOTEBOOKS / f"{name}.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    _, defined = module.app.run()
    return dict(defined)


def test_every_notebook_is_run_by_a_test() -> None:
    assert {path.stem for path in NOTEBOOKS.glob("*.py")} == {"families_and_licences", "estimating_a_scaling_law"}


def test_the_notebook_of_families_agrees_with_the_file(hub: Hub) -> None:
    found = run_notebook("families_and_licences")
    assert found["families"].height > 0
    assert len(found["tree"]) > 1
    assert set(found["rates"]["relation_scope"]) >= {"all"}
    low, high = found["conflict_interval"]
    assert 0 <= low <= found["conflict_share"] <= high <= 1
    in_conflict = set(hub.table("license_verdicts").filter(verdict="conflict")["child_id"])
    assert 0 < found["conflicts"].height <= 20
    assert set(found["conflicts"]["child_id"]) <= in_conflict


def test_the_notebook_of_a_scaling_law_finds_the_law_it_planted() -> None:
    found = run_notebook("estimating_a_scaling_law")
    exponents = found["compared"].filter(pl.col("parameter").is_in(["E", "alpha", "beta"]))
    assert exponents.select(((pl.col("estimate") / pl.col("truth") - 1).abs() < 0.05).all()).item()
    assert exponents.select((pl.col("truth").is_between("low95", "high95")).all()).item()
    foretold = found["foretold"].select((pl.col("estimate") / pl.col("measured") - 1).abs().max()).item()
    assert foretold < 0.02
    assert found["narrow"].findings.height > 0
