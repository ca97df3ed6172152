-- question: Which models declare a licence that breaks with what they descend from?
-- grain: one conflict of an edge
-- page: licences
-- place: 2
-- chart: none
-- unit: downloads in the last 30 days, of the model and of all that hold its weights
-- n: rows: conflicts listed, those with the most downloads at stake
-- method: The gravest duty of each edge; path leads from the model that brings it to the child (docs/licences.md).
-- beware: A flag for review, never legal advice. doubts names reasons to distrust it; hubtree license MODEL explains one.
-- shown: 500
-- search: yes
select
    v.child_id as model, v.downloads_30d_at_stake, v.child_license_ids as declares, v.source_license_id as owed_to, v.obligation, v.clause,
    array_to_string(v.path, ' → ') as path, v.confidence, v.doubts
from license_verdicts v
where v.judged = 'edge' and v.verdict = 'conflict'
order by v.downloads_30d_at_stake desc nulls last, v.child_id, v.parent_id
limit 500
