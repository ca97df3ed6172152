-- grain: one accepted pair of two of the asked models, cut ones too
-- key: parent_id, child_id
-- description: What the argument of a licence verdict tells of each step of a path.
-- inputs: edges
with asked as (
    select unnest($model_ids::varchar[]) as model_id
)

select e.parent_id, e.child_id, e.relation, e.relation_source, e.evidence_sources
from edges e
where e.parent_id in (select model_id from asked) and e.child_id in (select model_id from asked)
order by e.parent_id, e.child_id
