-- grain: one model that declares a licence
-- key: model_number
-- description: Declared licence ids in lower case: card metadata where it has the key, else the tags the hub made of it.
-- inputs: tag_facts, card_metadata, code_licenses
with from_cards as (
    select
        model_number,
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
    select model_number, lower(trim(value)) as license_id
    from from_cards
    where trim(coalesce(value, '')) <> ''

    union

    select model_number, value as license_id
    from tag_facts
    where kind = 'license' and model_number not in (select model_number from from_cards where trim(coalesce(value, '')) <> '')
),

listed as (
    select
        model_number,
        list_sort(list(license_id)) as license_ids,
        case when count(*) = 1 then min(license_id) end as license_id
    from declared
    group by model_number
)

select
    l.model_number,
    l.license_ids,
    l.license_id,
    c.license_spdx,
    c.license_class,
    case
        when l.license_id is null then 'several'
        when c.license_id is null then 'not_in_code_table'
        when c.license_spdx is null then 'no_spdx_id'
    end as license_reason
from listed l
left join code_licenses c on c.license_id = l.license_id
