-- grain: one model whose declared licence contradicts a duty from upstream
-- key: model_id
-- description: The surest conflict of each model, those with the most downloads at stake (its own and those of all
--   that hold its weights) first; n_conflicts counts its edges in conflict.
-- inputs: license_verdicts, models
with conflicts as (
    select
        child_id, rule_id, source_license_id, against_license_id, source_id, path, confidence, doubts,
        downloads_30d_at_stake, downloads_all_time_at_stake,
        count(parent_id) over (partition by child_id) as n_conflicts
    from license_verdicts
    where verdict = 'conflict'
    qualify row_number() over (partition by child_id order by confidence desc, judged, n_steps, parent_id nulls last) = 1
)

select
    m.model_id, c.downloads_30d_at_stake, c.downloads_all_time_at_stake, m.downloads_30d, m.n_descendants, m.license_ids,
    c.source_license_id, c.against_license_id, c.source_id, c.rule_id, c.confidence, c.n_conflicts, c.path, c.doubts
from conflicts c
join models m on m.model_id = c.child_id
order by c.downloads_30d_at_stake desc nulls last, c.downloads_all_time_at_stake desc nulls last, m.model_id
