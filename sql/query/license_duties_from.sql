-- grain: one model that brings duties to others
-- key: source_id
-- description: How many models have a duty from this one, how many stand against it and how much they are downloaded, and whether
--   the model's own name speaks of another licence family than it declares.
-- inputs: license_duties, models
with bound as (
    select
        d.source_id,
        d.child_id,
        bool_or(d.verdict = 'conflict') as is_in_conflict,
        bool_or(list_contains(d.doubts, 'source_name_disagrees')) as is_name_in_doubt
    from license_duties d
    where d.source_id = $model_id
    group by d.source_id, d.child_id
)

select
    b.source_id,
    count(b.child_id) as n_bound,
    count(b.child_id) filter (where b.is_in_conflict) as n_in_conflict,
    coalesce(sum(m.downloads_30d) filter (where b.is_in_conflict), 0)::bigint as downloads_in_conflict,
    bool_or(b.is_name_in_doubt) as is_name_in_doubt
from bound b
join models m on m.model_id = b.child_id
group by b.source_id
order by b.source_id
