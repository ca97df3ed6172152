-- grain: one model whose id resembles the asked one
-- key: model_id
-- description: The same name under another owner first, then the nearest spellings, then what is downloaded most.
-- inputs: models
with candidates as (
    select
        model_id,
        downloads_30d,
        case when lower(split_part(model_id, '/', -1)) = lower(split_part($model_id, '/', -1)) then 1 else 0 end as is_same_name,
        jaro_winkler_similarity(lower(model_id), lower($model_id)) as similarity
    from models
)

select model_id
from candidates
where is_same_name = 1 or similarity > 0.8
order by is_same_name desc, similarity desc nulls last, downloads_30d desc nulls last, model_id
limit 3
