from __future__ import annotations

import polars as pl

from pipelines.cards import CARD_CLAIMS, CARD_FACTS, SCHEMAS, parse_cards


def cards(*rows: tuple[str | None, bytes | None]) -> pl.DataFrame:
    return pl.DataFrame(rows, schema={"card_sha": pl.String(), "content": pl.Binary()}, orient="row")


def test_a_frame_gives_one_row_a_checksum_in_the_order_of_checksums() -> None:
    facts = parse_cards(cards(("c", b"third"), ("a", b"---\nlicense: mit\n---\nfirst card"), ("b", b""), ("a", b"again"))).facts
    assert facts.select("card_sha", "parse_status", "n_bytes", "n_chars", "n_body_chars", "n_words").rows() == [
        ("a", "ok", 31, 31, 10, 2),
        ("b", "empty_card", 0, 0, 0, 0),
        ("c", "no_front_matter", 5, 5, 5, 1),
    ]
    assert facts["flags"].to_list() == [[], ["card_empty"], []]
    assert facts["front_matter"].to_list() == ['{"license":"mit"}', None, None]


def test_rows_without_content_or_checksum_are_left_out() -> None:
    assert parse_cards(cards(("a", None), (None, b"bird"), ("b", b"finch"))).facts["card_sha"].to_list() == ["b"]


def test_the_schema_is_fixed_even_without_rows() -> None:
    assert dict(parse_cards(cards()).facts.schema) == dict(CARD_FACTS)
    assert dict(parse_cards(cards()).claims.schema) == dict(CARD_CLAIMS)
    assert dict(parse_cards(cards(("a", b"\n\xff"))).facts.schema) == dict(CARD_FACTS)


def test_the_order_of_the_input_changes_nothing() -> None:
    some = cards(*((f"{n:02}", b"---\na: %d\n---\nbird" % n) for n in range(20)))
    assert parse_cards(some.reverse()).facts.equals(parse_cards(some).facts)


def metadata_rows(*rows: tuple[str, str]) -> pl.DataFrame:
    return pl.DataFrame(rows, schema={"model_id": pl.String(), "metadata": pl.String()}, orient="row")


def test_every_frame_has_its_schema_with_and_without_rows() -> None:
    content = b"---\nco2_eq_emissions: 7\n---\n# Wren\n\n## Results\n\n| Test | f1 |\n|---|---|\n| a | 0.5 |\n\n"
    content += b"| step | loss |\n|---|---|\n| 9 | 0.5 |\n" + b"song " * 30
    for parsed in (parse_cards(cards()), parse_cards(cards(("a", content)))):
        for name, schema in SCHEMAS.items():
            assert dict(getattr(parsed, name).schema) == dict(schema), name
    assert all(getattr(parsed, name).height for name in SCHEMAS if name != "claims")


def test_lengths_are_told_whole_without_front_matter_and_without_template_lines() -> None:
    content = b"---\nlicense: mit\n---\n# Wren\n\n<!-- hidden words -->\nMore information needed\n\nIt sings.\n"
    found = parse_cards(cards(("a", content))).facts.row(0, named=True)
    assert (found["n_chars"], found["n_card_words"]) == (len(content), 15)
    assert (found["n_body_chars"], found["n_words"]) == (len("# Wren\n\n\nMore information needed\n\nIt sings."), 7)
    assert (found["n_own_chars"], found["n_own_words"]) == (len("# Wren") + len("It sings."), 4)
