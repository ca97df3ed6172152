"""Statements that break the contract's rules for licence verdicts, by the rule's name."""

from __future__ import annotations

LICENSE_RULES = {
    "every edge has its licence verdict": "delete from license_verdicts where judged = 'edge' and child_id = 'ring/a'",
    "a merge is judged as a whole": "update license_verdicts set parent_id = null where child_id = 'ring/a'",
    "a verdict's path leads from the source to the model judged": "update license_verdicts set path = ['deep/Base-1']",
    "a conflict is between understood licences": "update license_verdicts set source_license_id = null",
    "the gravest duty decides": "update license_verdicts set verdict = 'compatible' where verdict = 'conflict'",
    "downloads at stake hold the model's own": "update license_verdicts set downloads_30d_at_stake = null",
    "a duty's path leads from the source to the model judged": "update license_duties set path = list_reverse(path)",
    "duties come over edges": "update license_duties set parent_id = 'solo/=cmd'",
}
