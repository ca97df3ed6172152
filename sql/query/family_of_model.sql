-- grain: one family of scope no_merges that the asked model, or the asked placeholder, belongs to
-- key: family_id
-- description: Under which name the family of a model is found; no row for a model without relatives.
-- inputs: models, edges
with found as (
    select family_id
    from models
    where model_id = $model_id

    union

    select m.family_id
    from edges e
    join models m on m.model_id = e.child_id
    where
        e.parent_id = $model_id and not e.is_parent_listed and contains(e.parent_id, '/')
        and e.relation is distinct from 'merge'
)

select family_id
from found
where family_id is not null
order by family_id
