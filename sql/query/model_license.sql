-- grain: one model
-- key: model_id
-- description: What a model declares of its licence, and how much it is used.
-- inputs: models
select model_id, license_ids, license_reason, license_class, downloads_30d, n_parents, n_children, n_descendants
from models
where model_id = $model_id
order by model_id
