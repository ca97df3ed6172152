-- question: How do declared licences stand to what licences upstream ask, by relation?
-- grain: one relation between parent and child
-- columns: relation, n_edges, compatible_share, conflict_share, needs_review_share, unknown_share
-- beware: Flags for a person to review, never legal advice; conflicts hang on few sources, see license_conflict_sources.
select
    e.relation,
    count(*) as n_edges,
    avg(case when v.verdict = 'compatible' then 1.0 else 0.0 end) as compatible_share,
    avg(case when v.verdict = 'conflict' then 1.0 else 0.0 end) as conflict_share,
    avg(case when v.verdict = 'needs_review' then 1.0 else 0.0 end) as needs_review_share,
    avg(case when v.verdict = 'unknown' then 1.0 else 0.0 end) as unknown_share
from edges e
join license_verdicts v on v.parent_id = e.parent_id and v.child_id = e.child_id
where v.judged = 'edge'
group by e.relation
order by n_edges desc, e.relation
