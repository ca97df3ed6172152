-- grain: one accepted pair in the component of a model
-- key: parent_id, child_id
-- description: Everything that hangs together with a model over accepted edges in either direction, cut edges left out.
-- inputs: edges
with recursive links as (
    select parent_id as from_id, child_id as to_id
    from edges
    where not is_cut
    union all
    select child_id as from_id, parent_id as to_id
    from edges
    where not is_cut
),

members(model_id) as (
    select $model_id::varchar as model_id
    union
    select l.to_id as model_id
    from members m
    join links l on l.from_id = m.model_id
)

select e.parent_id, e.child_id
from edges e
where not e.is_cut and e.child_id in (select m.model_id from members m)
order by e.parent_id, e.child_id
