-- grain: one parent as card metadata or the hub's baseModels name it, as often as they do
-- key: model_number, evidence, written_relation, parent_ref
-- description: base_model and base_model_relation of the card metadata (string or list), and the models of baseModels, as written.
-- inputs: card_metadata, card_facts
with card_lists as materialized (
    -- Materialized, so that the metadata are read once a model: after an unnest they would be read once a parent.
    select
        model_number,
        json_extract_string(metadata, '$.base_model_relation') as written_relation,
        case json_type(metadata, '$.base_model')
            when 'ARRAY' then json_extract_string(metadata, '$.base_model[*]')
            when 'NULL' then []
            else [json_extract_string(metadata, '$.base_model')]
        end as parent_refs
    from card_metadata
    where json_exists(metadata, '$.base_model')
),

hub_lists as materialized (
    select
        model_number,
        json_extract_string(base_models, '$.relation') as written_relation,
        json_extract_string(base_models, '$.models[*].id') as parent_refs
    from card_facts
    where json_type(base_models) = 'OBJECT'
)

select model_number, 'card_data' as evidence, written_relation, unnest(parent_refs) as parent_ref
from card_lists

union all

select model_number, 'base_models' as evidence, written_relation, unnest(parent_refs) as parent_ref
from hub_lists

union all

select
    model_number, 'base_models' as evidence, null as written_relation,
    unnest(json_extract_string(base_models, '$[*]')) as parent_ref
from card_facts
where json_type(base_models) = 'ARRAY'
