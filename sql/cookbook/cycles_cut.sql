-- question: Which pairs name each other in a circle, and where was it cut?
-- grain: one edge that was cut
-- columns: parent_id, child_id, relation, parent_created_at, child_created_at, family_id
-- beware: The edge is kept and counted; only depth, descendants and trees leave it out.
select
    e.parent_id,
    e.child_id,
    e.relation,
    p.created_at as parent_created_at,
    c.created_at as child_created_at,
    c.family_id
from edges e
join models c on c.model_id = e.child_id
left join models p on p.model_id = e.parent_id
where e.is_cut
order by e.parent_id, e.child_id
