-- question: On which models upstream do most licence conflicts hang?
-- grain: one source of duties and its licence
-- columns: source_id, source_license_id, n_conflicts, n_authors, median_confidence, downloads_30d
-- beware: A source whose name disagrees with its licence may be mis-declared; downloads are of the children, never legal advice.
select
    v.source_id,
    v.source_license_id,
    count(*) as n_conflicts,
    count(distinct m.author) as n_authors,
    median(v.confidence) as median_confidence,
    sum(m.downloads_30d) as downloads_30d
from license_verdicts v
join models m on m.model_id = v.child_id
where v.judged = 'edge' and v.verdict = 'conflict'
group by v.source_id, v.source_license_id
order by n_conflicts desc, v.source_id, v.source_license_id
limit 50
