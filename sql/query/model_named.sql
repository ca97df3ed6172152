-- grain: one model id, or placeholder, that is the asked one without regard to case
-- key: model_id
-- description: The id as the hub writes it; the same case first, a listed model before a placeholder.
-- inputs: models, edges
with found as (
    select model_id, true as is_listed
    from models
    where lower(model_id) = lower($model_id)

    union all

    select distinct parent_id as model_id, false as is_listed
    from edges
    where not is_parent_listed and lower(parent_id) = lower($model_id)
)

select model_id, is_listed
from found
order by case when model_id = $model_id then 0 else 1 end, is_listed desc, model_id
limit 1
