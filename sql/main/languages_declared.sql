-- grain: one model that declares a language
-- key: model_number
-- description: Declared languages as written, in lower case: card metadata where it has the key, else language tags.
-- inputs: tag_facts, card_metadata
with from_cards as (
    select
        model_number,
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
    select model_number, lower(trim(value)) as language, 'card_data' as language_source
    from from_cards
    where trim(coalesce(value, '')) <> ''

    union

    select model_number, value as language, 'tags' as language_source
    from tag_facts
    where kind = 'language' and model_number not in (select model_number from from_cards where trim(coalesce(value, '')) <> '')
)

select
    model_number,
    list_sort(list(language)) as languages,
    min(language_source) as language_source,
    count(*) as n_languages,
    count(*) = 1 and min(language) = 'en' as is_english_only
from declared
group by model_number
