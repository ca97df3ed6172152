"""Drift in a build: a planted hub's rates lie in their intervals, and what models declare reaches the tables as it was read."""

from __future__ import annotations

import polars as pl

from pipelines.local_hub.planted.hub import plant
from tests.builder.landed import built, land_records, record
from tests.builder.test_build_is_a_function import land_hub
from warehouse.contract import TABLES
from warehouse.contract.drift_tables import DRIFT_TABLES
from warehouse.paths import Layout


def test_planted_rates_lie_in_their_intervals(home: Layout) -> None:
    """Single-valued traits: the planted rate is that of changes. Library hangs on the relation as well, and is left out."""
    hub = plant(4_000, seed=11, dirty_share=0.0, card_share=0.0)
    land_hub(home, hub)
    tables = built(home)
    for table in DRIFT_TABLES:
        assert tables[table.name].columns == list(TABLES[table.name].column_names)
    rates = tables["trait_mutations"].filter(protocol="hubtree")
    planted = hub.truth["drift"].rename({"relation": "relation_scope"}).filter(pl.col("relation_scope") != "merge")
    found = planted.join(rates, on=["trait", "relation_scope"]).filter(
        pl.col("trait").is_in(["license", "task"]), pl.col("n_declared_pairs") > 60
    )
    assert found.height >= 4
    # The planted draw itself scatters about its rate: what really happened is compared.
    happened = found.with_columns(share=pl.col("n_mutated") / pl.col("n_pairs"))
    inside = happened.filter(
        pl.col("share").is_between(pl.col("change_rate_low95") - 0.02, pl.col("change_rate_high95") + 0.02)
    )
    assert inside.height >= found.height - 1, happened.select("trait", "relation_scope", "share", "^change_rate.*$")


def test_what_models_declare_is_read_and_compared(home: Layout) -> None:
    parent = record("a/base", tags=["license:llama2", "en", "de", "llama"], pipeline_tag="text-generation")
    children = [
        record(f"b/tune-{number}", tags=["base_model:a/base", "license:apache-2.0", "en", "unsloth", "dataset:imagefolder"])
        for number in range(3)
    ]
    quantized = record("c/base-GGUF", tags=["base_model:a/base", "license:unknown", "gguf"], gguf={"architecture": "llama"})
    written = [{"license": "LLaMA2 ", "language": ["EN", "de"]}, {"license": ["llama2"], "language": "en"}]
    lone = [record(f"d/lone-{number}", cardData=card) for number, card in enumerate(written)]
    land_records(home, parent, *children, quantized, *lone, kind="details")
    tables = built(home)
    models = tables["models"].filter(~pl.col("model_id").str.starts_with("d/")).select("model_id", "architecture").rows()
    assert dict(models) == {"a/base": "llama", "b/tune-0": None, "b/tune-1": None, "b/tune-2": None, "c/base-GGUF": "llama"}
    move = tables["trait_transitions"].filter(protocol="hubtree", trait="license", relation_scope="all").row(0, named=True)
    assert (move["from_value"], move["to_value"], move["n_moves"], move["n_undefaulted_moves"]) == (
        "llama2",
        "apache-2.0",
        3,
        0,
    )
    assert (move["largest_parent_id"], move["largest_tool"], move["largest_child_author_share"]) == ("a/base", "unsloth", 1.0)
    rates = tables["trait_mutations"].filter(protocol="hubtree", relation_scope="all")
    of_license = rates.row(by_predicate=pl.col("trait") == "license", named=True)
    assert (of_license["n_declared_pairs"], of_license["n_present_to_missing"], of_license["n_default_pairs"]) == (3, 1, 3)
    paper = tables["trait_mutations"].filter(protocol="paper", relation_scope="all", trait="license").row(0, named=True)
    assert (paper["n_declared_pairs"], paper["n_present_to_missing"]) == (4, 0)
    values = {(row["trait"], row["raw_value"]): row for row in tables["trait_values"].to_dicts()}
    assert values["license", "unknown"]["value_reason"] == "says_unknown"
    assert values["license", "llama2"]["spellings"] == ["LLaMA2 ", "llama2"]
    assert values["language", "en"]["spellings"] == ["EN", "en"]
    assert values["license", "apache-2.0"]["spellings"] is None
    assert values["dataset", "imagefolder"]["trait_value"] is None
    language = tables["language_drift"].filter(relation_scope="all", drift_measure="multilingual_to_english").row(0, named=True)
    assert (language["n_measured_pairs"], language["child_mean"]) == (3, 1.0)
    lost = tables["language_turnover"].filter(relation_scope="all", trait_value="de").row(0, named=True)
    assert (lost["n_parents_with"], lost["n_lost"], lost["lost_share"]) == (3, 3, 1.0)
    steps = tables["drift_steps"].filter(trait="license")["drift_step"].to_list()
    assert steps[0] == "as_published"
