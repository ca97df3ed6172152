-- grain: one model that declares a licence
-- key: model_id
-- description: Declared licence ids in lower case: card metadata where it has the key, else the tags the hub made of it.
-- inputs: tag_facts, card_metadata
with from_cards as (
    select
        model_id,
        unnest(
            case json_type(metadata, '$.license')
                when 'ARRAY' then json_extract_string(metadata, '$.license[*]')
                else [json_extract_string(metadata, '$.license')]
            end
        ) as value
    from card_metadata
    where json_exists(metadata, '$.license')
),

declared as (
    select model_id, lower(trim(value)) as license_id
    from from_cards
    where trim(coalesce(value, '')) <> ''

    union

    select model_id, value as license_id
    from tag_facts
    where kind = 'license' and model_id not in (select model_id from from_cards where trim(coalesce(value, '')) <> '')
)

select model_id, list_sort(list(license_id)) as license_ids
from declared
group by model_id
