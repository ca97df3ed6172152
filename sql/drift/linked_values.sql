-- grain: one value of one trait that a model with an accepted edge declares
-- key: model_id, trait, raw_value
-- description: What drift compares: both ends of edges whose parent is listed.
-- inputs: declared_values, edges
select model_id, trait, raw_value
from declared_values
where model_id in (select child_id from edges where is_parent_listed union select parent_id from edges where is_parent_listed)
order by model_id, trait, raw_value
