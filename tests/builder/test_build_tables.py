"""From landing files to tables: what each kind of observation becomes."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from tests.builder.landed import NIGHT, built, described, land_cards, land_records, land_run, record, row
from warehouse.errors import CorruptFile, UsageError
from warehouse.paths import Layout

NEXT = NIGHT + timedelta(days=1)
THIRD = NIGHT + timedelta(days=2)


def test_the_newest_observation_of_a_model_wins_and_the_older_is_superseded(home: Layout) -> None:
    land_records(home, record("o/a", likes=1), record("o/b", likes=5))
    land_records(home, record("o/a", likes=2), at=NEXT)
    tables = built(home)
    model = row(tables["models"], model_id="o/a")
    assert (model["likes"], model["first_seen_at"], model["last_seen_at"]) == (2, NIGHT, NEXT)
    assert row(tables["conservation"], landing_kind="listing") == {
        "landing_kind": "listing",
        "n_landed": 3,
        "n_kept": 2,
        "n_superseded": 1,
        "n_quarantined": 0,
    }


def test_as_of_knows_what_was_known_that_day(home: Layout) -> None:
    land_records(home, record("o/a", likes=1))
    land_records(home, record("o/a", likes=2), record("o/b"), at=NEXT)
    models = described(home, as_of=date(2026, 11, 1))["models"]
    assert models.select("model_id", "likes").rows() == [("o/a", 1)]


def test_as_of_before_anything_was_landed_is_a_clear_error(home: Layout) -> None:
    land_records(home, record("o/a"))
    with pytest.raises(UsageError, match="nothing has been landed up to 2020-01-01"):
        described(home, as_of=date(2020, 1, 1))


def test_a_renamed_parent_keeps_its_children(home: Layout) -> None:
    land_records(home, record("old/base", _id="1" * 24), record("o/kid", tags=["base_model:old/base"]))
    land_records(home, record("new/base", _id="1" * 24), at=NEXT)
    tables = described(home)
    claim = row(tables["parent_claims"], child_id="o/kid")
    assert (claim["parent_ref"], claim["parent_id"], claim["resolution"]) == ("old/base", "new/base", "renamed")
    assert row(tables["models"], model_id="new/base")["n_children"] == 1
    assert "old/base" not in tables["models"]["model_id"].to_list()


def test_a_redirect_that_the_crawler_followed_proves_a_rename(home: Layout) -> None:
    land_records(home, record("new/base"), record("o/kid", tags=["base_model:old/base"]))
    land_cards(home, {"model_id": "old/base", "visit_status": "renamed", "renamed_to": "new/base"})
    assert row(described(home)["parent_claims"], child_id="o/kid")["resolution"] == "renamed"


def test_a_name_taken_over_by_another_object_is_one_model(home: Layout) -> None:
    land_records(home, record("o/a", _id="1" * 24, likes=1))
    land_records(home, record("o/a", _id="2" * 24, likes=9), at=NEXT)
    tables = built(home)
    assert row(tables["models"], model_id="o/a")["likes"] == 9
    assert row(tables["conservation"], landing_kind="listing")["n_superseded"] == 1


def test_a_record_older_than_object_ids_joins_the_model_of_its_name(home: Layout) -> None:
    old = record("o/a", likes=1)
    del old["_id"]
    land_records(home, old)
    land_records(home, record("O/a", likes=2), at=NEXT)
    model = row(described(home)["models"], model_id="O/a")
    assert (model["likes"], model["first_seen_at"]) == (2, NIGHT)


def test_one_absence_proves_nothing_and_two_complete_listings_remove(home: Layout) -> None:
    land_records(home, record("o/a"), record("o/b"))
    land_run(home, NIGHT)
    land_records(home, record("o/b"), at=NEXT)
    land_run(home, NEXT)
    assert row(described(home)["models"], model_id="o/a")["removed_at"] is None
    land_records(home, record("o/b"), at=THIRD)
    land_run(home, THIRD)
    models = described(home)["models"]
    assert row(models, model_id="o/a")["removed_at"] == NEXT
    assert row(models, model_id="o/b")["removed_at"] is None


def test_an_incremental_listing_removes_nobody(home: Layout) -> None:
    land_records(home, record("o/a"), record("o/b"))
    for night in (NEXT, THIRD):
        land_records(home, record("o/b"), at=night)
        land_run(home, night, complete=False)
    assert row(described(home)["models"], model_id="o/a")["removed_at"] is None


def test_a_malformed_record_is_quarantined_whole_and_a_misfit_field_alone(home: Layout) -> None:
    land_records(home, record("o/a", downloads="many", likes=-3), ["not", "a", "record"], {"likes": 1})
    tables = built(home)
    whole = tables["quarantine"].filter(scope="record")
    assert whole["reason"].to_list() == ["no usable id", "no usable id"]
    fields = {r["field"]: r["reason"] for r in tables["quarantine"].filter(scope="field").to_dicts()}
    assert fields == {"downloads": "type of the field is not the documented one", "likes": "a count is negative"}
    model = row(tables["models"], model_id="o/a")
    assert (model["downloads_30d"], model["likes"]) == (None, None)
    assert row(tables["conservation"], landing_kind="listing")["n_quarantined"] == 2


def test_claims_of_tag_card_data_and_base_models_stand_side_by_side(home: Layout) -> None:
    land_records(
        home,
        record("o/base"),
        record(
            "o/kid",
            tags=["base_model:o/base", "base_model:adapter:o/base", "base_model:O/Base"],
            cardData={"base_model": ["o/base", "o/base", None, "x y"], "base_model_relation": "adapter"},
            baseModels={"relation": "finetune", "models": [{"_id": "1", "id": "o/base"}]},
        ),
    )
    tables = described(home)
    claims = tables["parent_claims"].select("evidence", "parent_ref", "relation", "resolution", "n_mentions").rows()
    assert sorted(claims, key=str) == sorted(
        [
            ("base_models", "o/base", "finetune", "exact", 1),
            ("card_data", "o/base", "adapter", "exact", 2),
            ("card_data", "", "adapter", "rejected", 1),
            ("card_data", "x y", "adapter", "rejected", 1),
            ("tag", "o/base", "adapter", "exact", 1),
            ("tag", "O/Base", None, "case", 1),
        ],
        key=str,
    )
    edge = row(tables["edges"], child_id="o/kid")
    assert (edge["relation"], edge["relations"], edge["n_claims"]) == ("adapter", ["adapter", "finetune"], 4)


def test_the_front_matter_speaks_where_the_hub_gave_no_card_data(home: Layout) -> None:
    land_records(home, record("o/base"), record("o/kid"))
    text = b"---\nbase_model: o/base\nlicense: MIT\nlanguage: no\n---\n# Hello\n"
    land_cards(home, {"model_id": "o/kid", "card_sha": "c1", "content": text, "n_bytes": len(text)})
    tables = described(home)
    assert row(tables["parent_claims"], child_id="o/kid")["evidence"] == "card_data"
    model = row(tables["models"], model_id="o/kid")
    assert (model["license_id"], model["license_spdx"], model["languages"]) == ("mit", "MIT", ["no"])
    assert (model["card_sha"], model["card_status"]) == ("c1", "full")


def test_card_versions_are_kept_and_the_newest_is_current(home: Layout) -> None:
    land_records(home, record("o/a"))
    land_cards(home, {"model_id": "o/a", "card_sha": "c1", "content": b"one"})
    land_cards(home, {"model_id": "o/a", "card_sha": "c2", "content": b"two words"}, at=NEXT)
    land_cards(home, {"model_id": "o/a", "visit_status": "not_modified", "etag": "c2"}, at=THIRD)
    tables = built(home)
    cards = tables["cards"].select("card_sha", "is_current", "n_words", "last_seen_at").rows()
    assert cards == [("c1", False, 1, NIGHT), ("c2", True, 2, THIRD)]
    kept = row(tables["conservation"], landing_kind="cards")
    assert (kept["n_landed"], kept["n_kept"], kept["n_superseded"]) == (3, 2, 1)


def test_a_card_of_an_unlisted_model_waits_in_quarantine(home: Layout) -> None:
    land_records(home, record("o/a"))
    land_cards(home, {"model_id": "o/unknown", "card_sha": "c1", "content": b"x"})
    tables = described(home)
    assert tables["cards"].height == 0
    assert row(tables["quarantine"], landing_kind="cards")["reason"] == "no listing holds this model"


def test_licences_come_from_the_card_first_and_say_why_they_are_unknown(home: Layout) -> None:
    land_records(
        home,
        record("o/a", tags=["license:apache-2.0"], cardData={"license": "MIT"}),
        record("o/b", tags=["license:mit", "license:gpl-3.0"]),
        record("o/c", tags=["license:my-own"]),
        record("o/d"),
        record("o/e", tags=["license:other"]),
    )
    models = described(home)["models"].sort("model_id").select("license_id", "license_spdx", "license_reason").rows()
    assert models == [
        ("mit", "MIT", None),
        (None, None, "several"),
        ("my-own", None, "not_in_code_table"),
        (None, None, "absent"),
        ("other", None, "no_spdx_id"),
    ]


def test_tags_that_only_look_like_languages_are_none(home: Layout) -> None:
    land_records(home, record("o/a", tags=["en", "tf", "de", "xx"]), record("o/b", tags=["en"]), record("o/c", tags=["tf"]))
    models = described(home)["models"].sort("model_id").select("languages", "language_source", "is_english_only").rows()
    assert models == [(["de", "en"], "tags", False), (["en"], "tags", True), ([], None, None)]


def test_a_changed_landing_file_stops_the_build_with_its_name(home: Layout) -> None:
    path = land_records(home, record("o/a"))
    content = bytearray(path.read_bytes())
    content[len(content) // 2] ^= 1
    path.write_bytes(content)
    with pytest.raises(CorruptFile, match=path.name):
        described(home)


def test_an_empty_landing_zone_says_what_to_do(home: Layout) -> None:
    with pytest.raises(UsageError, match="nothing has been landed") as caught:
        described(home)
    assert "hubtree crawl" in caught.value.hint


MERGE_CARD = b"""# Tea

```yaml
models:
  - model: o/base
    parameters: {weight: 0.25}
  - model: O/Second+o/lora
merge_method: ties
base_model: gone/third
tokenizer_source: o/tok
```
"""


def test_a_card_that_names_its_parent_makes_an_edge_that_says_so(home: Layout) -> None:
    land_records(home, record("o/base"), record("o/kid"))
    text = b"This model is a fine-tuned version of [o/base](https://huggingface.co/o/base) on the x dataset.\n"
    land_cards(home, {"model_id": "o/kid", "card_sha": "c1", "content": b"**Base model:** o/other\n"})
    land_cards(home, {"model_id": "o/kid", "card_sha": "c2", "content": text}, at=NEXT)
    tables = described(home)
    claim = row(tables["parent_claims"], child_id="o/kid")
    assert (claim["evidence"], claim["rule"], claim["relation_source"]) == ("card_text", "trainer", "text")
    assert claim["excerpt"] == text.decode().strip()
    edge = row(tables["edges"], child_id="o/kid")
    assert (edge["evidence_sources"], edge["is_declared"], edge["text_relation"]) == (["card_text"], False, "finetune")
    assert "as_declared" not in tables["families"]["family_scope"].to_list()


def test_a_merge_configuration_gives_edges_recipes_and_disagreements(home: Layout) -> None:
    land_records(home, record("o/base"), record("o/second"), record("o/lora"), record("o/tea", tags=["base_model:o/base"]))
    land_cards(home, {"model_id": "o/tea", "card_sha": "c1", "content": MERGE_CARD})
    tables = described(home)
    edges = {edge["parent_id"]: edge["is_declared"] for edge in tables["edges"].to_dicts()}
    assert edges == {"o/base": True, "o/second": False, "o/lora": False, "gone/third": False}
    recipes = {(r["parent_ref"], r["role"]): (r["parent_id"], r["weight"]) for r in tables["merge_recipes"].to_dicts()}
    assert recipes == {
        ("o/base", "model"): ("o/base", 0.25),
        ("O/Second", "model"): ("o/second", None),
        ("o/lora", "adapter"): ("o/lora", None),
        ("gone/third", "base"): ("gone/third", None),
        ("o/tok", "tokenizer"): ("o/tok", None),
    }
    found = row(tables["claim_disagreements"], child_id="o/tea")
    assert (found["disagreement"], found["evidence_sources"]) == ("parents", ["merge_config", "tag"])
    assert found["parents_agreed"] == ["o/base"]
    assert found["parents_disputed"] == ["gone/third", "o/lora", "o/second"]


def test_sources_that_give_a_parent_two_relations_disagree(home: Layout) -> None:
    tags = ["base_model:adapter:o/base"]
    land_records(
        home, record("o/base"), record("o/kid", tags=tags, cardData={"base_model": "o/base"}), record("o/two", tags=tags)
    )
    land_cards(home, {"model_id": "o/kid", "card_sha": "c1", "content": b"static quants of https://huggingface.co/o/base\n"})
    found = row(described(home)["claim_disagreements"], disagreement="relations")
    assert (found["child_id"], found["relations_disputed"]) == ("o/kid", ["adapter", "quantized"])
    assert found["parents_agreed"] == ["o/base"]


def test_copies_are_found_by_the_hashes_of_their_weights_and_by_name_size_and_tags(home: Layout) -> None:
    weights = {"rfilename": "model.safetensors", "lfs": {"sha256": "A" * 64, "size": 5_000_000}}
    state = {"rfilename": "optimizer.pt", "lfs": {"sha256": "b" * 64, "size": 9_000_000}}
    told = {"tags": ["arxiv:2309.00001", "da"], "safetensors": {"total": 7}}
    land_records(
        home,
        record("a/rune", createdAt="2024-01-01T00:00:00.000Z", siblings=[weights], **told),
        record("b/stone", createdAt="2024-02-01T00:00:00.000Z", siblings=[weights, state]),
        record("c/Rune", createdAt="2024-03-01T00:00:00.000Z", siblings=[state], **told),
    )
    found = described(home)["lookalikes"]
    assert found.select("model_id", "other_id", "likeness_rule").rows() == [
        ("b/stone", "a/rune", "same_weights"),
        ("c/Rune", "a/rune", "same_name"),
    ]
