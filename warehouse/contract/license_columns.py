"""The columns of licence verdicts and duties."""

from __future__ import annotations

from typing import Final

from warehouse.contract.column import Column, count, text, texts

LICENSE_COLUMNS: Final[tuple[Column, ...]] = (
    text("judged", "What was judged: edge (a child under one parent) or merge (a model of several parents, as a whole)."),
    text(
        "verdict",
        "compatible: the declared licence honours the duty; conflict: it contradicts it; needs_review: what is declared can't"
        " settle it; unknown: a licence is not stated or not understood.",
    ),
    text("rule_id", "Rule of the table of licence rules that speaks (docs/licences.md)."),
    text("obligation", "Kind of duty: what the licence upstream asks of derived models."),
    text("clause", "Where the licence upstream says so."),
    text("source_id", "model_id of the model that brings the duty: the furthest up the path that declares the licence."),
    text("source_license_id", "Licence that brings the duty; null where the parent states none that is understood."),
    text("against_license_id", "Of two licences upstream that no licence can honour together, the other one."),
    texts("upstream_license_ids", "All understood licences that come over the edge or into the merge, sorted."),
    texts("child_license_ids", "Licences the child declares that are understood, sorted; several are judged by the strictest."),
    text(
        "child_license_state",
        "How the child declares its licence: known, other (without a known name), unknown (its author says so), unrecognised,"
        " placeholder (the word license), null (a key without a value), absent.",
    ),
    text("parent_license_state", "The same of the parent; not_listed: the parent was never seen."),
    texts("path", "Models the duty came through, source first, judged model last; of more than 64 the source and the last."),
    count("n_steps", "Edges from the source to the model judged.", minimum=1),
    count(
        "downloads_30d_at_stake",
        "Downloads of the last 30 days of the model judged and of all models below it that hold its weights (edges that pass"
        " weights on and are not cut), each once; of those that are known, null where none is.",
    ),
    count(
        "downloads_all_time_at_stake",
        "The same of downloads since the beginning; only detail answers of the hub tell them.",
    ),
    texts("doubts", "Reasons to doubt the row, by name, sorted (docs/licences.md); each takes its factor off confidence."),
)
