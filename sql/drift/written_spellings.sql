-- grain: one licence or language as models declare it
-- key: trait, raw_value
-- description: How authors write it in card metadata, with case and blanks; tags alone give no spelling, as the hub lowers their case.
-- inputs: card_metadata
with written as (
    select
        'license' as trait,
        unnest(
            case json_type(metadata, '$.license')
                when 'ARRAY' then json_extract_string(metadata, '$.license[*]')
                else [json_extract_string(metadata, '$.license')]
            end
        ) as spelling
    from card_metadata
    where json_exists(metadata, '$.license')

    union all

    select
        'language' as trait,
        unnest(
            case json_type(metadata, '$.language')
                when 'ARRAY' then json_extract_string(metadata, '$.language[*]')
                else [json_extract_string(metadata, '$.language')]
            end
        ) as spelling
    from card_metadata
    where json_exists(metadata, '$.language')
)

select trait, lower(trim(spelling)) as raw_value, list_sort(list(distinct spelling)) as spellings
from written
where trim(coalesce(spelling, '')) <> ''
group by trait, lower(trim(spelling))
order by trait, raw_value
