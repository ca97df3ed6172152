-- grain: one accepted pair among a model's ancestors and itself, or among itself and its descendants
-- key: parent_id, child_id
-- description: Edges that were cut to break a cycle are left out; a set union ends even where a cycle is left.
-- inputs: edges
with recursive above(model_id) as (
    select $model_id::varchar as model_id
    union
    select e.parent_id as model_id
    from above a
    join edges e on e.child_id = a.model_id
    where not e.is_cut
),

below(model_id) as (
    select $model_id::varchar as model_id
    union
    select e.child_id as model_id
    from below b
    join edges e on e.parent_id = b.model_id
    where not e.is_cut
)

select e.parent_id, e.child_id, e.relation, e.relation_source, e.n_claims, e.is_repaired, e.is_time_inverted
from edges e
where
    not e.is_cut
    and (e.child_id in (select a.model_id from above a) or e.parent_id in (select b.model_id from below b))
order by e.parent_id, e.child_id
