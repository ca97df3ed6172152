-- grain: one statement of a model's card that another model has succeeded it
-- key: child_id, parent_ref, evidence
-- description: new_version of the card metadata, as written. The columns are those of parent claims, because a successor is
--   looked up the same way; child_id is the model that speaks, parent_ref the successor it names.
-- inputs: card_metadata, latest
with refs as (
    select
        model_number,
        unnest(
            case json_type(metadata, '$.new_version')
                when 'ARRAY' then json_extract_string(metadata, '$.new_version[*]')
                when 'NULL' then []
                else [json_extract_string(metadata, '$.new_version')]
            end
        ) as ref
    from card_metadata
    where json_exists(metadata, '$.new_version')
)

select
    l.model_id as child_id,
    coalesce(r.ref, '') as parent_ref,
    null::varchar as relation,
    'card_data' as evidence,
    count(*) as n_mentions,
    l.last_seen_at as observed_at
from refs r
join latest l on l.model_number = r.model_number
group by all
order by child_id, parent_ref, evidence
