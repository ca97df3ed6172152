"""The tables of licence verdicts and of the duties behind them."""

from __future__ import annotations

from typing import Final

from warehouse.contract.table import Rule, Table, names

_STARTS: Final = "path[1] <> source_id or path[-1] <> child_id or (n_steps < 64 and n_steps <> len(path) - 1)"
_NOT_ADVICE: Final = "A flag for a person to review, never legal advice."

LICENSE_VERDICTS: Final = Table(
    name="license_verdicts",
    grain="one edge, or one model of several uncut parents (judged = merge), with the gravest of its licence duties",
    key=("child_id", "judged", "parent_id"),
    column_names=names("""
        judged child_id parent_id verdict rule_id obligation clause source_id source_license_id against_license_id
        upstream_license_ids child_license_ids child_license_state parent_license_state path n_steps confidence doubts
        downloads_30d_at_stake downloads_all_time_at_stake
    """),
    required=names("""
        verdict rule_id obligation clause source_id upstream_license_ids child_license_ids child_license_state path n_steps
        confidence doubts
    """),
    references=(("child_id", "models", "model_id"),),
    beware=(
        f"{_NOT_ADVICE} It rests on declared licence fields; licence files and card texts are not read.",
        "Duties come down from all ancestors: source_id may lie far above parent_id.",
        "Count by source_id too: one mis-declared parent can make thousands of conflicts (doubts: source_name_disagrees).",
    ),
    rules=(
        Rule(
            "every edge has its licence verdict",
            "fail",
            "The rows with judged = edge are exactly the rows of edges.",
            "select parent_id, child_id from edges e full join (from license_verdicts where judged = 'edge') v"
            " using (parent_id, child_id) where e.parent_id is null or v.verdict is null",
        ),
        Rule(
            "a merge is judged as a whole",
            "fail",
            "parent_id is null exactly where judged is merge.",
            "select child_id from license_verdicts where (judged = 'merge') <> (parent_id is null)",
        ),
        Rule(
            "a verdict's path leads from the source to the model judged",
            "fail",
            "The path begins with source_id and ends with child_id.",
            f"select child_id, parent_id from license_verdicts where {_STARTS}",
        ),
        Rule(
            "a conflict is between understood licences",
            "fail",
            "A conflict has a licence upstream, and the child's licence or another one upstream that it breaks against.",
            "select child_id, parent_id from license_verdicts where verdict = 'conflict' and (source_license_id is null"
            " or (against_license_id is null and len(child_license_ids) = 0))",
        ),
        Rule(
            "the gravest duty decides",
            "fail",
            "An edge with a duty in conflict is in conflict.",
            "select v.child_id, v.parent_id from license_verdicts v semi join license_duties d"
            " on d.child_id = v.child_id and d.parent_id = v.parent_id and d.verdict = 'conflict'"
            " where v.judged = 'edge' and v.verdict <> 'conflict'",
        ),
        Rule(
            "downloads at stake hold the model's own",
            "fail",
            "What hangs on a model is no less than its own downloads.",
            "select v.child_id, v.parent_id from license_verdicts v join models m on m.model_id = v.child_id"
            " where m.downloads_30d > coalesce(v.downloads_30d_at_stake, -1)"
            " or m.downloads_all_time > coalesce(v.downloads_all_time_at_stake, -1)",
        ),
    ),
)

LICENSE_DUTIES: Final = Table(
    name="license_duties",
    grain="one duty that a licence upstream brings over an edge: edge, licence and rule",
    key=("child_id", "parent_id", "source_license_id", "rule_id"),
    column_names=names("""
        child_id parent_id source_license_id rule_id verdict obligation clause source_id path n_steps confidence doubts
    """),
    required=names("verdict obligation clause source_id path n_steps confidence doubts"),
    references=(("child_id", "models", "model_id"),),
    beware=(
        _NOT_ADVICE,
        "Of a licence that comes by several ways the shortest is told; other sources of the same licence are not rows.",
    ),
    rules=(
        Rule(
            "a duty's path leads from the source to the model judged",
            "fail",
            "The path begins with source_id and ends with child_id.",
            f"select child_id, parent_id, rule_id from license_duties where {_STARTS}",
        ),
        Rule(
            "duties come over edges",
            "fail",
            "child_id and parent_id are a row of edges.",
            "select d.child_id, d.parent_id from license_duties d anti join edges e using (child_id, parent_id)",
        ),
    ),
)
