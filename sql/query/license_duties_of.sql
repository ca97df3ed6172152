-- grain: one duty of a model, whatever the edges it comes over
-- key: source_license_id, rule_id, source_id
-- description: Each licence, rule and source once, by its surest and shortest way.
-- inputs: license_duties
select
    source_license_id, rule_id, verdict, obligation, clause, source_id, path, n_steps, confidence, doubts
from license_duties
where child_id = $model_id
qualify row_number() over (
    partition by source_license_id, rule_id, source_id order by confidence desc, n_steps, parent_id
) = 1
order by source_license_id, rule_id, source_id
