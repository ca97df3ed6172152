-- grain: one model that declares a language
-- key: model_id
-- description: Declared languages as written, in lower case: card metadata where it has the key, else language tags.
-- inputs: tag_facts, card_metadata
with from_cards as (
    select
        model_id,
        unnest(
            case json_type(metadata, '$.language')
                when 'ARRAY' then json_extract_string(metadata, '$.language[*]')
                else [json_extract_string(metadata, '$.language')]
            end
        ) as value
    from card_metadata
    where json_exists(metadata, '$.language')
),

declared as (
    select model_id, lower(trim(value)) as language, 'card_data' as language_source
    from from_cards
    where trim(coalesce(value, '')) <> ''

    union

    select model_id, value as language, 'tags' as language_source
    from tag_facts
    where kind = 'language' and model_id not in (select model_id from from_cards where trim(coalesce(value, '')) <> '')
)

select model_id, list_sort(list(language)) as languages, min(language_source) as language_source
from declared
group by model_id
