-- question: Which much downloaded models stand against a duty that their parent alone does not show?
-- grain: one edge in conflict or in need of review whose duty comes from further up than the parent
-- columns: model_id, downloads_30d, verdict, source_license_id, source_id, n_steps, rule_id, confidence
-- beware: The longer the path, the more could have been settled on the way; a flag for review, never legal advice.
select
    m.model_id, m.downloads_30d, v.verdict, v.source_license_id, v.source_id, v.n_steps, v.rule_id, v.confidence
from license_verdicts v
join models m on m.model_id = v.child_id
where v.judged = 'edge' and v.n_steps > 1 and v.verdict in ('conflict', 'needs_review')
order by m.downloads_30d desc nulls last, m.model_id, v.source_id, v.rule_id, v.parent_id
limit 50
