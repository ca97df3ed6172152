-- grain: one listed model that is the end of an accepted edge
-- key: model_id
-- description: What a model declares of its licence, as written: ids, the name and link beside `other`, and whether there is a key at
--   all; the tags of tools that always write the same licence; the times that tell whether an id was known yet; and whether it is gone or
--   gated.
-- inputs: models, edges, latest, card_metadata, code_tool_defaults
with linked as (
    select parent_id as model_id from edges
    union
    select child_id as model_id from edges
),

written as (
    select
        l.model_id,
        json_extract_string(c.metadata, '$.license_name') as license_name,
        json_extract_string(c.metadata, '$.license_link') as license_link
    from card_metadata c
    join latest l on l.model_number = c.model_number
    where json_exists(c.metadata, '$.license')
),

tags as (
    select list_sort(list(tool_tag)) as known
    from code_tool_defaults
    where default_license_ids is not null
)

select
    m.model_id,
    m.license_ids,
    w.model_id is not null as has_license_key,
    nullif(trim(w.license_name), '') as license_name,
    nullif(trim(w.license_link), '') as license_link,
    list_sort(list_intersect(m.tags, t.known)) as generator_tags,
    case when not m.is_created_at_floor then m.created_at end as created_at,
    m.last_modified_at,
    m.has_weights,
    m.removed_at is not null as is_removed,
    coalesce(m.gated in ('auto', 'manual', 'true'), false) as is_gated
from models m
join linked k on k.model_id = m.model_id
cross join tags t
left join written w on w.model_id = m.model_id
order by m.model_id
