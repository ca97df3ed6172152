-- question: Which upstream models are behind the most conflicts?
-- grain: one model whose licence is not honoured
-- page: licences
-- place: 3
-- chart: bars
-- x: upstream_model
-- y: n_conflicts
-- unit: edges in conflict
-- n: sum n_conflicts: edges in conflict
-- method: Conflicts counted by the model that brings the duty (docs/licences.md).
-- beware: If this model's own licence field is wrong, so are all conflicts that hang on it.
-- shown: 25
select
    source_id as upstream_model, min(source_license_id) as its_license, count(*) as n_conflicts, count(distinct child_id) as n_models
from license_verdicts
where judged = 'edge' and verdict = 'conflict'
group by source_id
order by n_conflicts desc, source_id
limit 25
