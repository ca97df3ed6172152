-- question: Which much downloaded models state no licence although one upstream asks them to pass its terms on?
-- grain: one edge whose child states no licence
-- columns: model_id, downloads_30d, child_license_state, obligation, source_license_id, source_id, clause
-- beware: A missing statement is no conflict: the terms may lie in a file of the repository, which nobody read here.
select
    m.model_id, m.downloads_30d, v.child_license_state, v.obligation, v.source_license_id, v.source_id, v.clause
from license_verdicts v
join models m on m.model_id = v.child_id
where v.judged = 'edge' and v.verdict = 'unknown' and v.child_license_state <> 'known'
    and v.obligation in ('no_derivatives', 'non_commercial', 'terms_pass_on', 'use_restrictions', 'same_license')
order by m.downloads_30d desc nulls last, m.model_id, v.source_id, v.parent_id
limit 50
