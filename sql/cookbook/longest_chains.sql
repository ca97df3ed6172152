-- question: Which models stand at the end of the longest chains of derivation?
-- grain: one model without children
-- columns: model_id, depth, root_id, family_id, license_id, created_at
-- beware: depth follows the longest way up, merges among the steps; `hubtree tree` draws the chain.
select model_id, depth, root_id, family_id, license_id, created_at
from models
where n_children = 0 and depth > 0
order by depth desc, model_id
limit 50
