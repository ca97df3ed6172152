-- grain: one asked model that is listed
-- key: model_id
-- description: What a family tree shows of a model.
-- inputs: models
select
    model_id, license_id, downloads_30d, pipeline_tag, node_kind, has_weights, created_at, removed_at, n_parents, n_children
from models
where model_id in (select unnest($model_ids::varchar[]))
order by model_id
