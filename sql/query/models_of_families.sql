-- grain: one listed model of one of the asked families
-- key: family_id, model_id
-- description: What the graph of a family shows of a model.
-- inputs: models
select
    family_id, model_id, license_id, downloads_30d, pipeline_tag, node_kind, has_weights, created_at, removed_at,
    root_id, depth, n_parents, n_children, n_descendants
from models
where family_id in (select unnest($family_ids::varchar[]))
order by family_id, model_id
