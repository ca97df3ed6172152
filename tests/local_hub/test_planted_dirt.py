"""The planted defects: every category is there, and the truth says what should come out."""

from __future__ import annotations

import json

import polars as pl
import pytest

from pipelines.local_hub.planted import PlantedHub, plant
from pipelines.local_hub.planted.dirty import UNPLANTED
from warehouse.landing.records import wire_record


@pytest.fixture(scope="module")
def hub() -> PlantedHub:
    return plant(200)


def of(hub: PlantedHub, category: int) -> list[dict[str, object]]:
    """Wire records of a category, in the order they were planted."""
    ids = hub.truth["dirty"].filter(pl.col("category") == category)["model_id"]
    rows = {row["model_id"]: row for row in hub.records.iter_rows(named=True)}
    records = [wire_record(rows[model_id]) for model_id in ids]
    return [record for record in records if isinstance(record, dict)]


def cards_of(hub: PlantedHub, category: int) -> list[bytes]:
    chosen = hub.truth["dirty"].filter(pl.col("category") == category)
    return chosen.join(hub.cards, on="model_id", maintain_order="left")["content"].to_list()


def test_every_category_is_planted_at_the_smallest_size(hub: PlantedHub) -> None:
    expected = (set(range(1, 81)) - set(UNPLANTED)) | set(range(101, 111))
    assert set(hub.truth["dirty"]["category"]) == expected


def test_a_larger_share_repeats_the_simple_defects_and_plants_the_large_ones_once() -> None:
    counts = dict(plant(400, dirty_share=2.0).truth["dirty"].group_by("category").len().rows())
    assert counts[8] >= 3
    assert counts[4] == 41
    assert counts[18] == 1
    assert sum(counts.values()) >= 800


def test_every_resolution_is_expected_somewhere(hub: PlantedHub) -> None:
    expected = {"exact", "case", "trimmed", "url", "alias", "renamed", "placeholder", "self", "rejected"}
    assert set(hub.truth["claims_expected"]["resolution"]) == expected


def test_claims_are_written_where_their_evidence_says(hub: PlantedHub) -> None:
    records = {row["model_id"]: json.dumps(wire_record(row)) for row in hub.records.iter_rows(named=True) if row["model_id"]}
    for child, ref, evidence in hub.truth["claims_expected"].select("child_id", "parent_ref", "evidence").iter_rows():
        record = json.loads(records[child])
        declared = record.get("cardData", {}).get("base_model", [])
        assert ("card_data" in evidence) == (ref in ([declared] if isinstance(declared, str) else declared))
        assert ("tag" in evidence) == (f"base_model:{ref}" in record["tags"])
        assert ("base_models" in evidence) == (ref in [m["id"] for m in record.get("baseModels", {}).get("models", [])])
        assert evidence


def test_resolved_claims_lead_to_listed_models_and_others_do_not(hub: PlantedHub) -> None:
    claims, ids = hub.truth["claims_expected"], set(hub.records["model_id"].drop_nulls())
    found = claims.filter(~pl.col("resolution").is_in(["placeholder", "rejected"]))
    assert set(found["parent_id"]) <= ids
    assert not set(claims.filter(pl.col("resolution") == "placeholder")["parent_id"]) & ids
    assert claims.filter(pl.col("resolution") == "rejected")["parent_id"].null_count() == 4
    selves = claims.filter(pl.col("resolution") == "self")
    assert (selves["child_id"] == selves["parent_id"]).all()


def test_each_repair_is_needed(hub: PlantedHub) -> None:
    claims, ids = hub.truth["claims_expected"], set(hub.records["model_id"].drop_nulls())
    repaired = claims.filter(pl.col("resolution").is_in(["case", "trimmed", "url", "alias", "renamed"]))
    assert not set(repaired["parent_ref"]) & ids
    cases = claims.filter(pl.col("resolution") == "case")
    assert (cases["parent_ref"].str.to_lowercase() == cases["parent_id"].str.to_lowercase()).all()


def test_edges_are_the_accepted_claims(hub: PlantedHub) -> None:
    accepted = hub.truth["claims_expected"].filter(~pl.col("resolution").is_in(["self", "rejected"]))
    edges = hub.truth["edges"]
    assert set(edges.select("child_id", "parent_id").rows()) == set(accepted.select("child_id", "parent_id").rows())
    assert edges.select("child_id", "parent_id").is_unique().all()


def test_cycles_of_two_three_and_four_close(hub: PlantedHub) -> None:
    following = dict(
        hub.truth["edges"].filter(pl.col("child_id").str.contains("/Ring-")).select("child_id", "parent_id").rows()
    )
    lengths = []
    for start, first in following.items():
        at, steps = first, 1
        while at != start:
            at, steps = following[at], steps + 1
        lengths.append(steps)
    assert sorted(lengths) == [2] * 2 + [3] * 3 + [4] * 4


def test_cycles_have_no_root_and_the_long_chain_is_forty_edges_deep(hub: PlantedHub) -> None:
    families = hub.truth["families"].filter(pl.col("family_scope") == "all")
    assert sorted(families.filter(pl.col("n_roots") == 0)["n_models"]) == [2, 3, 4]
    chain = families.filter(pl.col("root_id") == "quirkworks/Chain-00")
    assert chain.select("n_models", "depth").row(0) == (41, 40)


def test_one_model_has_53_parents(hub: PlantedHub) -> None:
    (record,) = of(hub, 18)
    assert len(set(record["cardData"]["base_model"])) == 53


def test_old_ids_redirect_to_listed_models_and_are_not_listed(hub: PlantedHub) -> None:
    ids = set(hub.records["model_id"].drop_nulls())
    assert set(hub.renames["model_id"]) <= ids
    assert not set(hub.renames["old_id"]) & ids
    assert any("/" not in old for old in hub.renames["old_id"])


def test_malformed_records_are_kept_raw_or_as_misfits(hub: PlantedHub) -> None:
    raw = [json.loads(text) for text in hub.records["raw"].drop_nulls()]
    assert {type(value) for value in raw} >= {list, str, type(None), dict}
    assert not any(isinstance(value, dict) and isinstance(value.get("id"), str) and value["id"].strip() for value in raw)
    misfits = {key for text in hub.records["misfits"].drop_nulls() for key in json.loads(text)}
    assert misfits == {"tags", "downloads", "likes", "gated", "pipeline_tag", "createdAt"}
    assert hub.records["created_at"].null_count() == len(raw) + 1


def test_cards_hold_the_bytes_that_trouble_readers(hub: PlantedHub) -> None:
    assert any(content.startswith(b"\xff\xfe") for content in cards_of(hub, 56))
    odd = cards_of(hub, 60)
    assert any(content.startswith(b"\xef\xbb\xbf") for content in odd)
    assert any(b"\r\n" in content for content in odd)
    assert any(b"\x00" in content for content in odd)
    assert any(b"&i [" in content for content in odd)
    assert any(b"[" * 1_000 in content for content in odd)
    assert [len(content) for content in cards_of(hub, 59)] == sorted(len(content) for content in cards_of(hub, 59))
    assert max(len(content) for content in cards_of(hub, 59)) > 1_000_000
    assert b"" in cards_of(hub, 48)
    assert any(b"\nlanguage: no\n" in content for content in cards_of(hub, 37))
    assert any(b"\nlanguage: {language}\n" in content for content in cards_of(hub, 44))
    assert any(b"---" not in content[5:] for content in cards_of(hub, 51))


def test_a_tokenizer_donor_is_no_weight_parent(hub: PlantedHub) -> None:
    donors = hub.truth["edges"].filter(~pl.col("is_weight_inheriting"))
    assert donors.height == 1
