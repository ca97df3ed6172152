from __future__ import annotations

import csv
import re
from collections.abc import Iterator
from pathlib import Path

import polars as pl
import pytest

from warehouse import codes
from warehouse.errors import NotFound

NULLABLE = {
    "license_spdx", "iso639_3", "other_meaning", "version", "name_prefix", "name_pattern", "hub_since", "default_license_ids",
    "chance",
}  # fmt: skip
OWNERS = {"google-bert", "openai-community", "FacebookAI", "distilbert", "google-t5", "albert", "xlnet", "transfo-xl"}


@pytest.mark.parametrize("name", codes.SCHEMAS)
def test_a_table_has_its_header_a_unique_key_a_source_and_no_blank_cell(name: str) -> None:
    header = codes.path(name).read_text("utf-8").splitlines()[0].split(",")
    table = codes.frame(name)
    assert header == list(codes.SCHEMAS[name]) == table.columns
    assert table.columns[-1] == "source"
    assert table[table.columns[0]].is_unique().all()
    assert table[table.columns[0]].is_sorted()
    for column in set(table.columns) - NULLABLE:
        assert table[column].null_count() == 0, column
    for column, dtype in table.schema.items():
        if dtype == pl.String:
            cells = table[column].drop_nulls()
            assert (cells == cells.str.strip_chars()).all(), column
            assert (cells.str.len_chars() > 0).all(), column


def test_an_unknown_table_is_named_in_the_error_with_those_there_are() -> None:
    with pytest.raises(NotFound, match="'licences'") as caught:
        codes.frame("licences")
    assert "licenses" in caught.value.hint


def test_licences_keep_to_their_classes_and_every_class_is_used() -> None:
    assert set(codes.frame("licenses")["license_class"]) == set(codes.LICENSE_CLASSES)


def test_the_hub_list_has_83_licences_in_lower_case() -> None:
    table = codes.frame("licenses")
    assert table["is_in_hub_list"].sum() == 83
    assert (table["license_id"] == table["license_id"].str.to_lowercase()).all()


def test_an_spdx_cell_is_a_licence_id_or_a_well_formed_reference() -> None:
    cells = codes.frame("licenses")["license_spdx"].drop_nulls()
    assert all(re.fullmatch(r"(LicenseRef-(scancode|hub)-)?[A-Za-z0-9.-]+", cell) for cell in cells)
    assert cells.is_unique().all()


@pytest.mark.parametrize("ambiguous", ["gpl", "lgpl", "bsd", "cc", "openrail", "gfdl", "other", "unknown"])
def test_an_id_that_names_no_single_text_has_no_spdx_id(ambiguous: str) -> None:
    row = codes.frame("licenses").row(by_predicate=pl.col("license_id") == ambiguous, named=True)
    assert row["license_spdx"] is None


_CLASS_OF_WORDING = (
    (r"use-restricted RAIL \(ambiguous\)|.*\(ambiguous\)|unknown CC", "family_unversioned"),
    (r"unknown|other", "unresolved"),
    (r"no-derivatives.*", "no_derivatives"),
    (r"non-commercial.*", "non_commercial"),
    (r"use-restricted RAIL.*", "use_restricted"),
    (r"bespoke.*", "bespoke"),
    (r"permissive \((data )?attribution\)|permissive \(data\)", "attribution"),
    (r"permissive.*", "permissive"),
    (r"public-domain", "public_domain"),
    (r"weak copyleft.*", "weak_copyleft"),
    (r"network copyleft|strong copyleft \(network\)", "network_copyleft"),
    (r"strong copyleft.*", "strong_copyleft"),
    (r"share-alike.*", "share_alike"),
    (r"data, computational use only", "data_use"),
)


def _class_of(wording: str) -> str:
    return next(name for pattern, name in _CLASS_OF_WORDING if re.fullmatch(pattern, wording))


def _matrix(real_data: Path) -> Iterator[tuple[str, dict[str, str]]]:
    """Yield (id, row) of the recorded matrix; rows of several names come once a name, aliases not at all."""
    with (real_data / "licences" / "hub_licence_matrix.csv").open(encoding="utf-8") as file:
        for row in csv.DictReader(file):
            if row["spdx_or_ref"] not in ("alias", "see notes"):
                yield from ((name.strip(), row) for name in row["hf_id"].split(" / "))


@pytest.mark.real
def test_licences_agree_with_the_recorded_matrix(real_data: Path) -> None:
    ours = {row["license_id"]: row for row in codes.frame("licenses").iter_rows(named=True)}
    theirs = dict(_matrix(real_data))
    aliases = {"tongyi-qianwen-research", "deepseek-license"}
    by_name_alone = {"mrl", "mnpl", "sai-nc-community", "health-ai-developer-foundations"}
    assert set(theirs) - aliases == set(ours) - by_name_alone
    for name, row in ours.items():
        if name in by_name_alone:
            continue
        known = theirs[name]
        assert row["is_in_hub_list"] == (known["in_official_list"] == "yes"), name
        assert row["license_class"] == _class_of(known["class"]), name
        reference = known["spdx_or_ref"]
        if reference.startswith(("NONE", "NOASSERTION", "LicenseRef-<")):
            assert row["license_spdx"] is None or row["license_spdx"].startswith("LicenseRef-hub-"), name
        else:
            assert row["license_spdx"] == reference, name


@pytest.mark.real
def test_every_licence_tag_of_the_recorded_listing_has_a_row(real_data: Path) -> None:
    tags = pl.scan_parquet(real_data / "hub" / "listing_2024-07.parquet").select(pl.col("tags").explode())
    licences = tags.filter(pl.col("tags").str.starts_with("license:")).unique().collect()["tags"]
    assert licences.len() == 71
    assert set(licences.str.strip_prefix("license:")) <= set(codes.frame("licenses")["license_id"])


def test_languages_are_the_184_two_letter_codes_and_two_values_that_are_no_language() -> None:
    table = codes.frame("languages")
    languages = table.filter(pl.col("kind") == "language")
    assert languages.height == 184
    assert languages["language_code"].str.contains(r"^[a-z]{2}$").all()
    assert languages["iso639_3"].str.contains(r"^[a-z]{3}$").all()
    assert languages["iso639_3"].is_unique().all()
    assert set(table["kind"]) == set(codes.LANGUAGE_KINDS)
    assert table.filter(pl.col("kind") != "language")["language_code"].to_list() == ["code", "multilingual"]


@pytest.mark.real
def test_language_codes_give_the_18265_pairs_of_the_recorded_listing(real_data: Path) -> None:
    """The pairs of lineage-and-drift: edges whose two ends both have a tag that is one of the 184 codes, no tag left out."""
    listing = pl.read_parquet(real_data / "hub" / "listing_2024-07.parquet", columns=["id", "tags"])
    languages = codes.frame("languages").filter(pl.col("kind") == "language")["language_code"].to_list()
    tags = listing.explode("tags")
    spoken = tags.filter(pl.col("tags").is_in(languages)).group_by("id").agg(n=pl.col("tags").n_unique())
    edges = tags.select("id", parent=pl.col("tags").str.strip_prefix("base_model:")).filter(
        tags["tags"].str.starts_with("base_model:"), pl.col("parent") != pl.col("id")
    )
    pairs = edges.unique().join(spoken, on="id").join(spoken.rename({"id": "parent", "n": "n_parent"}), on="parent")
    assert pairs.height == 18_265
    assert pairs.select(pl.mean("n_parent", "n").round(2)).row(0) == (12.53, 1.30)


def test_ambiguous_tags_say_what_else_they_mean_and_tf_is_no_language() -> None:
    table = codes.frame("languages")
    assert (table["is_ambiguous_tag"] == table["other_meaning"].is_not_null()).all()
    ambiguous = set(table.filter("is_ambiguous_tag")["language_code"])
    assert ambiguous == {"ml", "sd", "vi", "or", "as", "is", "it"}
    assert "tf" not in set(table["language_code"])


def test_a_legacy_id_is_the_last_part_of_its_present_id() -> None:
    table = codes.frame("legacy_ids")
    assert set(table["model_id"].str.split("/").list.first()) == OWNERS
    assert (table["model_id"].str.split("/").list.last() == table["legacy_id"]).all()


@pytest.mark.real
def test_legacy_ids_repair_16120_edges_by_42_names_of_the_recorded_listing(real_data: Path) -> None:
    listing = pl.read_parquet(real_data / "hub" / "listing_2024-07.parquet", columns=["id", "tags"])
    tags = listing.select("id", tag=pl.col("tags")).explode("tag").filter(pl.col("tag").str.starts_with("base_model:"))
    parents = tags.select("id", legacy_id=pl.col("tag").str.strip_prefix("base_model:"))
    bare = parents.filter(~pl.col("legacy_id").str.contains("/"))
    repaired = bare.join(codes.frame("legacy_ids"), on="legacy_id")
    assert (bare.height, bare["legacy_id"].n_unique()) == (16_547, 238)
    assert (repaired.height, repaired["legacy_id"].n_unique()) == (16_120, 42)
    assert repaired["model_id"].is_in(listing["id"].implode()).all()
    assert not codes.frame("legacy_ids")["legacy_id"].is_in(listing["id"].implode()).any()


@pytest.mark.real
def test_legacy_ids_hold_the_34_bare_ids_of_february_2022(real_data: Path) -> None:
    paths = pl.read_parquet(real_data / "hub" / "cards_2022-02.parquet", columns=["path"])["path"]
    bare = paths.filter(~paths.str.contains("/"))
    assert bare.len() == 34
    assert set(bare) <= set(codes.frame("legacy_ids")["legacy_id"])


def test_relations_are_the_four_of_the_hub() -> None:
    assert codes.frame("relations")["relation"].to_list() == ["adapter", "finetune", "merge", "quantized"]
