-- grain: one model of one of the largest families, with its first parent
-- key: family_id, model_id
-- description: The largest families of scope no_merges ($n_families of them), each with the models that have the most descendants
--   and then the most downloads ($n_models of them), for pictures that can't show all.
-- inputs: families, models, edges
with largest as (
    select family_id, n_models as n_family_models
    from families
    where family_scope = 'no_merges'
    order by n_models desc, family_id
    limit $n_families
),

members as (
    select
        m.family_id, l.n_family_models, m.model_id, m.license_id, m.downloads_30d, m.created_at, m.n_children, m.n_descendants
    from models m
    join largest l on l.family_id = m.family_id
    qualify row_number() over (
        partition by m.family_id
        order by m.n_descendants desc nulls first, m.n_children desc, m.downloads_30d desc nulls last, m.model_id
    ) <= $n_models
),

first_parents as (
    select e.child_id, e.parent_id, e.relation, e.relation_source
    from edges e
    where not e.is_cut and e.relation <> 'merge' and e.child_id in (select model_id from members)
    qualify row_number() over (partition by e.child_id order by e.n_claims desc, e.parent_id) = 1
)

select
    m.family_id, m.n_family_models, m.model_id, p.parent_id, p.relation, p.relation_source,
    m.license_id, m.downloads_30d, m.created_at, m.n_children
from members m
left join first_parents p on p.child_id = m.model_id
order by
    m.n_family_models desc, m.family_id, m.n_descendants desc nulls first, m.downloads_30d desc nulls last, m.model_id
