-- question: Which models were others made from most often?
-- grain: one model
-- columns: model_id, n_children, n_descendants, license_id, pipeline_tag, downloads_30d
-- beware: Counts what cards declare: a model whose makers do not name it is worth more than this list shows.
select model_id, n_children, n_descendants, license_id, pipeline_tag, downloads_30d
from models
where n_children > 0
order by n_children desc, n_descendants desc, model_id
limit 50
