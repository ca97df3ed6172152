-- grain: one model with an edge that drift compares
-- key: model_id
-- description: Who made it, when its card was last written as far as is known, and the tags that tools left on it.
-- inputs: models, edges, code_tool_defaults
select
    model_id,
    author,
    coalesce(last_modified_at, created_at) as written_at,
    list_intersect(tags, (select list(tool_tag order by tool_tag) from code_tool_defaults)) as tools
from models
where model_id in (select child_id from edges where is_parent_listed union select parent_id from edges where is_parent_listed)
order by model_id
