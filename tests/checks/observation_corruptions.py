"""What breaks the rules over measurements, by the rule's name."""

from __future__ import annotations

OBSERVATION_RULES = {
    "a loss is a positive number": "update losses set loss = 'nan'::double where source_row = 2",
    "compute is about 6ND": "update losses set compute_flop = 100 * compute_flop where source_row = 1",
    "one tokenizer a series": "update losses set tokenizer = 'another' where source_row = 1",
    "tokens grow with steps": "update losses set step = 300 where source_row = 0",
    "a broken column is empty": "update losses set compute_flop = 2.4e18 where source_row = 2",
    "a share lies between 0 and 1": "update evaluations set value = 70 where source_row = 1",
    "an error says where it comes from": "update evaluations set n_items = null where source_row = 1",
    "a protocol has one metric": "update evaluations set metric = 'f1' where source_row = 1",
    "a rank correlation lies in its interval": "update score_scaling set rank_correlation_low95 = 0.99",
    "a gain is that of its errors": "update design_gains set design_gain = 0.5",
    "a score change lies in its interval": "update score_changes set score_change_low95 = null where relation = 'merge'",
    "only merges have several parents to be compared with": "update score_changes set relation = 'adapter'",
    "a claim is compared or says why not": "update claimed_results set comparison_reason = 'no_number' where claim_number = 2",
    "claims and measurements are shares": "update claimed_results set measured_value = 60, claimed_difference = 0.645 - 60",
    "few measurements are set aside": "insert into conservation values ('losses', 21, 0, 0, 21)",
}
