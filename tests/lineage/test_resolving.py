"""From claims as written to parents that are known."""

from __future__ import annotations

import polars as pl
from hypothesis import given
from hypothesis import strategies as st

from pipelines.lineage.resolving import accept_edges, resolve_claims
from tests.lineage.frames import claims, models, moves

HUB = models("org/Base", "org/child", "google-bert/bert-base-uncased", "new/name", "x/y")


def resolved(*pairs: tuple[str, ...]) -> list[dict[str, object]]:
    table = resolve_claims(
        claims(*pairs),  # type: ignore[arg-type]  # the tests write short pairs
        HUB,
        moves(**{"old/name": "new/name"}),
        moves(**{"bert-base-uncased": "google-bert/bert-base-uncased", "gone-bare": "not/listed"}),
    )
    return table.to_dicts()


def one(parent_ref: str, child: str = "org/child") -> tuple[object, object, object]:
    row = resolved((child, parent_ref))[0]
    return row["parent_id"], row["resolution"], row["repairs"]


def test_a_letter_for_letter_id_is_exact() -> None:
    assert one("org/Base") == ("org/Base", "exact", [])


def test_case_is_repaired_because_ids_are_unique_without_it() -> None:
    assert one("ORG/base") == ("org/Base", "case", ["case_folded"])


def test_spaces_are_trimmed_and_said() -> None:
    assert one(" org/Base") == ("org/Base", "trimmed", ["trimmed"])


def test_an_address_is_reduced() -> None:
    assert one("https://huggingface.co/org/base") == ("org/Base", "case", ["url_reduced", "case_folded"])
    assert one("https://huggingface.co/org/Base") == ("org/Base", "url", ["url_reduced"])


def test_a_proved_rename_is_followed() -> None:
    assert one("old/name") == ("new/name", "renamed", ["rename_followed"])
    assert one("Old/Name") == ("new/name", "renamed", ["case_folded", "rename_followed"])


def test_an_old_bare_id_goes_to_its_documented_owner() -> None:
    assert one("bert-base-uncased") == ("google-bert/bert-base-uncased", "alias", ["alias_resolved"])


def test_a_move_to_an_unknown_model_is_not_followed() -> None:
    assert one("gone-bare") == ("gone-bare", "placeholder", ["unresolved_parent"])


def test_a_bare_name_is_never_matched_across_owners() -> None:
    assert one("Base")[1] == "placeholder"


def test_an_unknown_parent_stays_as_a_placeholder_under_one_spelling() -> None:
    rows = resolved(("org/child", "Gone/Model"), ("x/y", "gone/model"))
    assert {row["parent_id"] for row in rows} == {"Gone/Model"}
    assert {row["resolution"] for row in rows} == {"placeholder"}


def test_a_model_that_names_itself_is_a_self_claim_also_in_other_case() -> None:
    assert one("org/child") == ("org/child", "self", [])
    assert one("ORG/Child") == ("org/child", "self", ["case_folded"])


def test_what_is_no_id_is_rejected_with_a_reason() -> None:
    assert one("None") == (None, "rejected", ["null_word"])


def test_relation_source_says_declared_where_a_relation_is_declared() -> None:
    rows = resolved(("org/child", "org/Base", "adapter"), ("x/y", "org/Base"))
    assert [(row["relation"], row["relation_source"]) for row in rows] == [("adapter", "declared"), (None, None)]


@given(st.lists(st.tuples(st.sampled_from(HUB["model_id"].to_list()), st.text(max_size=30)), max_size=20, unique=True))
def test_no_claim_is_lost_and_their_order_does_not_matter(pairs: list[tuple[str, str]]) -> None:
    table = resolved(*pairs)
    assert len(table) == len(pairs)
    assert table == resolved(*reversed(pairs))


def test_several_claims_of_a_pair_are_one_edge_and_the_card_counts_first() -> None:
    table = resolve_claims(
        claims(
            ("org/child", "org/Base", "quantized", "tag"),
            ("org/child", "org/base", "adapter", "card_data"),
            ("org/child", "org/Base", "finetune", "base_models"),
        ),
        HUB,
        moves(),
        moves(),
    )
    edge = accept_edges(table, HUB).row(0, named=True)
    assert edge["relation"] == "adapter"
    assert edge["relations"] == ["adapter", "finetune", "quantized"]
    assert edge["evidence_sources"] == ["base_models", "card_data", "tag"]
    assert (edge["n_claims"], edge["is_repaired"], edge["is_parent_listed"]) == (3, False, True)


def test_edges_tell_placeholders_and_time_inversions() -> None:
    hub = models("a/old", "a/young", born={"a/old": 5, "a/young": 1})
    table = resolve_claims(claims(("a/young", "a/old"), ("a/old", "gone/x")), hub, moves(), moves())
    edges = {(e["parent_id"], e["child_id"]): e for e in accept_edges(table, hub).to_dicts()}
    assert edges["a/old", "a/young"]["is_time_inverted"]
    assert not edges["gone/x", "a/old"]["is_parent_listed"]
    assert not edges["gone/x", "a/old"]["is_time_inverted"]


def test_no_claims_give_an_empty_table_with_its_columns() -> None:
    table = resolve_claims(claims(), HUB, moves(), moves())
    assert table.height == 0
    assert table.schema["repairs"] == pl.List(pl.String)
    assert accept_edges(table, HUB).height == 0


def text(child: str, parent: str, relation: str | None = "finetune", confidence: float = 0.97) -> pl.DataFrame:
    """A claim of a card's words."""
    return claims((child, parent, relation, "card_text")).with_columns(
        confidence=pl.lit(confidence), rule=pl.lit("trainer"), excerpt=pl.lit("words")
    )


def accepted(*frames: pl.DataFrame) -> dict[str, bool]:
    table = resolve_claims(pl.concat(frames), HUB, moves(), moves())
    return {f"{row['evidence']} {row['parent_ref']}": row["is_accepted"] for row in table.to_dicts()}


def test_the_words_of_a_card_make_an_edge_where_nothing_is_declared() -> None:
    table = resolve_claims(text("org/child", "org/Base"), HUB, moves(), moves())
    edge = accept_edges(table, HUB).row(0, named=True)
    assert (edge["relation"], edge["text_relation"], edge["relations"]) == (None, "finetune", [])
    assert (edge["is_declared"], edge["is_repaired"], edge["evidence_sources"]) == (False, False, ["card_text"])
    assert (table["relation_source"].item(), table["confidence"].item()) == ("text", 0.97)


def test_unsure_words_and_bare_unknown_words_make_no_edge_but_stay_claims() -> None:
    assert accepted(text("org/child", "org/Base", confidence=0.6)) == {"card_text org/Base": False}
    assert accepted(text("org/child", "some-word")) == {"card_text some-word": False}
    assert accepted(text("org/child", "gone/model")) == {"card_text gone/model": True}


def test_words_support_a_declared_parent_and_do_not_add_another_but_to_a_merge() -> None:
    declared = claims(("org/child", "org/Base"))
    assert accepted(declared, text("org/child", "org/base", None, 0.6)) == {"tag org/Base": True, "card_text org/base": True}
    assert accepted(declared, text("org/child", "gone/model")) == {"tag org/Base": True, "card_text gone/model": False}
    merged = accepted(declared, text("org/child", "gone/model", "merge"))
    assert merged == {"tag org/Base": True, "card_text gone/model": True}


def test_a_repaired_declaration_stays_repaired_whatever_the_words_say() -> None:
    both = pl.concat([claims(("org/child", "ORG/base")), text("org/child", "org/Base")])
    edge = accept_edges(resolve_claims(both, HUB, moves(), moves()), HUB).row(0, named=True)
    assert (edge["is_declared"], edge["is_repaired"], edge["n_claims"]) == (True, True, 2)
