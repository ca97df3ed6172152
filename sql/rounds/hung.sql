-- grain: one vertex
-- key: vertex
-- description: A vertex with a single parent hangs from it; a root or a merge is the head of a piece and hangs from itself.
-- inputs: vertices, descents
with above as (
    select child, min(parent) as parent, count(distinct parent) as n_parents
    from descents
    group by child
)

select
    v.vertex,
    case when a.n_parents = 1 then a.parent else v.vertex end as head,
    case when a.n_parents = 1 then 1 else 0 end::bigint as distance,
    coalesce(a.n_parents = 1, false) as is_moved,
    coalesce(a.n_parents > 1, false) as is_merge
from vertices v
left join above a on a.child = v.vertex
