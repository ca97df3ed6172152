-- grain: one licence or language as models declare it
-- key: trait, raw_value
-- description: How authors write it in card metadata, with case and blanks; tags alone give no spelling, as the hub lowers their case.
-- inputs: card_metadata
with stated as (
    select
        unnest(['license', 'language']) as trait,
        unnest([json_extract(metadata, '$.license'), json_extract(metadata, '$.language')]) as stated
    from card_metadata
),

written as (
    select
        trait,
        unnest(case json_type(stated) when 'ARRAY' then json_extract_string(stated, '$[*]') else [stated ->> '$'] end) as spelling
    from stated
)

select trait, lower(trim(spelling)) as raw_value, list_sort(list(distinct spelling)) as spellings
from written
where trim(coalesce(spelling, '')) <> ''
group by trait, lower(trim(spelling))
order by trait, raw_value
