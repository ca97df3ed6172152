-- grain: one verdict on a model: an edge above it, or the model as a merge
-- key: judged, parent_id
-- description: What was judged about a model, the whole before its edges.
-- inputs: license_verdicts
select
    judged, parent_id, verdict, rule_id, obligation, clause, source_id, source_license_id, against_license_id,
    upstream_license_ids, child_license_ids, child_license_state, parent_license_state, path, n_steps, confidence, doubts
from license_verdicts
where child_id = $model_id
order by judged desc, parent_id nulls first
