"""Whatever the bytes, a card gives facts; whatever was read, it reads the same when written again."""

from __future__ import annotations

import json

from hypothesis import example, given, settings
from hypothesis import strategies as st

from pipelines.cards import parse_card, read_card
from pipelines.cards.hints import HINT_FLAGS, read_hints
from tests.cards.card_oracle import check

INVENTED = (
    b"# Uploaded model\n\n## Results\n\n| Test | f1 |\n|---|---|\n| wren | 0.5 |\n\n```py\nx\n```\n**Data**\n\nTODO\nA\n===\n",
    b"---\nco2_eq_emissions:\n  emissions: 1e3\nmodel-index:\n- results:\n  - metrics: [{type: f1, value: 3%}]\n---\n"
    b"<!-- the Trainer had access to -->\nIt achieves the following results on the evaluation set:\n- Loss: 1.5\n",
    b"---\nlicense: mit\nlanguage:\n- en\n- no\nbase_model: bird/finch\ntags: [bird, 'small']\n---\n# Finch\n\nSings.\n",
    b"Bird\n\n---\ntags:\n- song\nmodel-index:\n- name: finch\n  results:\n  - task: {type: song}\n---\n<!-- x -->\n",
    b"\n---\r\nlicense: other\r\nx: &a {b: c}\r\ny: *a\r\nz:\r\n  <<: *a\r\n---\r\n",
    "---\nname: d\u00e9j\u00e0 \U0001f426\u200d\ntext: |\n  one\n\n  two\n----\n".encode(),
    "---\nlicense: mit\n---\nWren".encode("utf-16"),
)
PIECES = st.sampled_from(
    [
        b"---",
        b"\n",
        b"\r\n",
        b"\x85",
        b": ",
        b"- ",
        b"\t",
        b"*a",
        b"&a ",
        b"<<: *a\n",
        b"!!x ",
        b"[",
        b"{",
        b"'",
        b'"',
        b"#",
        b"|\n",
        b"\0",
        b"\xff",
        b"\xef\xbb\xbf",
        b"\xff\xfe",
        b"license: ",
        b"<!--",
        b"-->",
        "\u200b".encode(),
        b"\xed\xa0\x80",
        b"\\0",
        b'"\\ud800"',
    ]
)


@settings(max_examples=300, deadline=None)
@given(st.binary(max_size=400))
@example(b"---")
@example(b"---\n---")
@example(b"\xff\xfe\xff")
def test_any_bytes_give_facts(content: bytes) -> None:
    check(read_card(content))


@settings(max_examples=300, deadline=None)
@given(st.lists(PIECES, max_size=40))
def test_any_heap_of_yaml_pieces_gives_facts(pieces: list[bytes]) -> None:
    check(read_card(b"---\n" + b"".join(pieces) + b"\n---\n"))
    check(read_card(b"".join(pieces)))


@settings(max_examples=300, deadline=None)
@given(st.sampled_from(INVENTED), st.data())
def test_a_card_cut_doubled_or_shuffled_gives_facts(card: bytes, data: st.DataObject) -> None:
    start, end = sorted(data.draw(st.tuples(*[st.integers(0, len(card))] * 2)))
    piece = data.draw(st.one_of(PIECES, st.binary(max_size=8)))
    mutation = data.draw(st.sampled_from(["cut", "double", "insert", "reverse"]))
    middle = {"cut": b"", "double": card[start:end] * 2, "insert": piece, "reverse": card[start:end][::-1]}[mutation]
    check(read_card(card[:start] + middle + card[end:]))


TEXTS = st.text(
    st.characters(exclude_categories=("Cs", "Cc"), exclude_characters="\u2028\u2029\ufeff\ufffe\uffff"), max_size=20
)
KEYS = st.from_regex(r"[a-z][a-z_-]{0,12}", fullmatch=True)
VALUES = st.recursive(
    st.one_of(st.none(), TEXTS),
    lambda inner: st.one_of(st.lists(inner, max_size=3), st.dictionaries(KEYS, inner, max_size=3)),
    max_leaves=8,
)


@settings(max_examples=200, deadline=None)
@given(st.dictionaries(KEYS, VALUES, min_size=1, max_size=5))
def test_what_was_read_reads_the_same_when_written_again(metadata: dict[str, object]) -> None:
    """JSON is YAML, so the front matter of one reading can be the front matter of the next."""
    first = parse_card(f"---\n{json.dumps(metadata, ensure_ascii=False)}\n---\n".encode())
    assert first.front_matter is not None
    assert json.loads(first.front_matter) == metadata
    second = parse_card(f"---\n{first.front_matter}\n---\n".encode())
    assert (second.front_matter, second.parse_status) == (first.front_matter, "ok")


@settings(max_examples=200, deadline=None)
@given(
    st.recursive(
        st.one_of(st.none(), st.booleans(), st.floats(), st.integers(), st.text(max_size=8)),
        lambda v: st.one_of(
            st.lists(v), st.dictionaries(st.sampled_from(["license", "language", "base_model", "licence", "name"]), v)
        ),
        max_leaves=12,
    )
)
def test_any_mapping_gives_hints_or_none(value: object) -> None:
    found = read_hints(value if isinstance(value, dict) else {"license": value})
    assert found.flags <= set(HINT_FLAGS)
