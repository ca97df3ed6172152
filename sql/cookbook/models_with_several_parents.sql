-- question: Which models were made from the most parents?
-- grain: one model
-- columns: model_id, n_parents, n_merge_parents, n_children, downloads_30d, license_id
-- beware: Several parents are not always a merge: cards also name the datasets' makers, teachers and earlier versions.
with merged as (
    select child_id, count(*) as n_merge_parents
    from edges
    where relation = 'merge'
    group by child_id
)

select
    m.model_id,
    m.n_parents,
    coalesce(g.n_merge_parents, 0) as n_merge_parents,
    m.n_children,
    m.downloads_30d,
    m.license_id
from models m
left join merged g on g.child_id = m.model_id
where m.n_parents > 1
order by m.n_parents desc, m.downloads_30d desc nulls last, m.model_id
limit 50
