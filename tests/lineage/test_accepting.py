"""Claims to pairs against a plain loop: whatever sources and relations meet on a pair, the same edge comes out."""

from __future__ import annotations

from collections import defaultdict
from typing import Any

import polars as pl
from hypothesis import given, settings
from hypothesis import strategies as st

from pipelines.lineage.resolving import DECLARED, accept_edges

MODELS = pl.DataFrame({"model_id": ["o/a", "o/b", "o/c"], "created_at": [3, 1, None]}).with_columns(
    pl.col("created_at").cast(pl.Datetime("us"))
)
CLAIM = st.fixed_dictionaries(
    {
        "parent_id": st.sampled_from(["o/a", "o/b", "gone/x"]),
        "child_id": st.sampled_from(["o/b", "o/c"]),
        "relation": st.sampled_from([None, "adapter", "finetune", "merge", "quantized"]),
        "evidence": st.sampled_from(["tag", "card_data", "base_models", "card_text", "merge_config"]),
        "resolution": st.sampled_from(["exact", "case", "placeholder"]),
        "confidence": st.sampled_from([0.5, 0.85, 1.0]),
        "is_accepted": st.booleans(),
    }
)


def by_hand(claims: list[dict[str, Any]]) -> list[tuple[Any, ...]]:
    """One row a pair, in order: the same as `accept_edges`, claim by claim."""
    pairs: dict[tuple[str, str], list[dict[str, Any]]] = defaultdict(list)
    for claim in claims:
        if claim["is_accepted"]:
            pairs[claim["parent_id"], claim["child_id"]].append(claim)
    born = dict(MODELS.rows())
    rows: list[tuple[Any, ...]] = []
    for (parent, child), own in sorted(pairs.items()):
        declared = [claim for claim in own if claim["evidence"] in DECLARED]
        written = [claim for claim in own if claim["evidence"] not in DECLARED]
        rank = {source: place for place, source in enumerate(DECLARED)}
        by_source = sorted(
            (rank[c["evidence"]], -c["confidence"], c["relation"]) for c in declared if c["relation"] is not None
        )
        by_trust = sorted((-c["confidence"], c["relation"]) for c in written if c["relation"] is not None)
        rows.append(
            (
                parent,
                child,
                by_source[0][2] if by_source else None,
                sorted({relation for *_, relation in by_source}),
                by_trust[0][1] if by_trust else None,
                sorted({claim["evidence"] for claim in own}),
                len(own),
                bool(declared),
                not any(claim["resolution"] == "exact" for claim in declared or written),
                parent in born,
                bool(born.get(parent) and born.get(child) and born[child] < born[parent]),
            )
        )
    return rows


@settings(max_examples=150, deadline=None)
@given(st.lists(CLAIM, max_size=12))
def test_pairs_are_those_of_a_plain_loop(claims: list[dict[str, Any]]) -> None:
    text = ("parent_id", "child_id", "relation", "evidence", "resolution")
    schema = dict.fromkeys(text, pl.String()) | {"confidence": pl.Float64(), "is_accepted": pl.Boolean()}
    assert accept_edges(pl.DataFrame(claims, schema=schema), MODELS).rows() == by_hand(claims)
