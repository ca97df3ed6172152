-- grain: one accepted pair of two of the asked models
-- key: parent_id, child_id
-- description: What a family tree shows of an edge; edges cut to break a cycle are left out.
-- inputs: edges
with asked as (
    select unnest($model_ids::varchar[]) as model_id
)

select
    e.parent_id, e.child_id, e.relation, e.relation_source, e.relation_confidence, e.is_weight_inheriting, e.n_claims,
    e.is_declared, e.is_repaired, e.is_time_inverted
from edges e
where
    not e.is_cut
    and e.parent_id in (select model_id from asked)
    and e.child_id in (select model_id from asked)
order by e.parent_id, e.child_id
