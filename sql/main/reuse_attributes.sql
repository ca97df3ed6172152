-- grain: one attribute that helps or hinders reuse, for the models created in a month, all of them or those of one library
-- key: month_at, trend_group, group_value, attribute
-- description: How many models show what a person who wants to reuse one looks for (provenance, reproducibility, portability),
--   and what puts that person at risk. Read from the hub's tags, which it makes from files, metadata and card.
-- inputs: models, monthly_trends
with told as (
    -- The few tags that are asked for below, picked out once.
    select
        m.model_id,
        list_filter(m.tags, lambda t:
            t in (
                'pytorch', 'safetensors', 'tf', 'jax', 'onnx', 'gguf', 'openvino', 'coreml', 'tflite', 'rust', 'mlx', 'pickle',
                'joblib', 'custom_code', 'tensorboard', 'model-index', 'eval-results', 'generated_from_trainer',
                'generated_from_keras_callback', 'co2_eq_emissions'
            )
            or starts_with(t, 'dataset:') or starts_with(t, 'arxiv:') or starts_with(t, 'doi:')
        ) as tags
    from models m
    where not m.is_created_at_floor
),

shown as (
    select
        m.model_id,
        date_trunc('month', m.created_at)::timestamp as month_at,
        m.library_name,
        len(m.license_ids) > 0 as license,
        m.n_parents > 0 as parent,
        len(list_filter(t.tags, lambda t: starts_with(t, 'dataset:'))) > 0 as dataset,
        len(list_filter(t.tags, lambda t: starts_with(t, 'arxiv:') or starts_with(t, 'doi:'))) > 0 as paper,
        m.card_status in ('full', 'not_modified', 'renamed') as card,
        list_has_any(t.tags, ['model-index', 'eval-results']) as evaluation,
        list_has_any(t.tags, ['tensorboard']) as training_log,
        list_has_any(t.tags, ['generated_from_trainer', 'generated_from_keras_callback']) as training_settings,
        list_has_any(t.tags, ['co2_eq_emissions']) as emissions,
        m.library_name is not null as library,
        m.pipeline_tag is not null as task,
        list_has_any(t.tags, ['safetensors']) as safetensors,
        list_has_any(t.tags, ['gguf']) as gguf,
        list_has_any(t.tags, ['onnx']) as onnx,
        len(list_intersect(
            t.tags,
            [
                'pytorch', 'safetensors', 'tf', 'jax', 'onnx', 'gguf', 'openvino', 'coreml', 'tflite', 'rust', 'mlx', 'pickle',
                'joblib'
            ]
        )) as n_formats,
        list_has_any(t.tags, ['custom_code']) as custom_code,
        list_has_any(t.tags, ['pytorch', 'pickle', 'joblib']) and not list_has_any(t.tags, ['safetensors']) as pickle_only
    from models m
    join told t on t.model_id = m.model_id
),

grouped as (
    select t.month_at, t.trend_group, t.group_value, s.* exclude (month_at)
    from shown s
    join monthly_trends t on t.trend_group = 'all' and t.month_at = s.month_at

    union all

    select t.month_at, t.trend_group, t.group_value, s.* exclude (month_at)
    from shown s
    join monthly_trends t on t.trend_group = 'library' and t.month_at = s.month_at and t.group_value = s.library_name
),

counted as (
    select
        month_at,
        trend_group,
        group_value,
        count(*) as n_models,
        count(*) filter (where n_formats > 0) as n_with_format,
        count(card) as n_visited,
        unnest([
            struct_pack(kind := 'provenance', name := 'license', n := count(*) filter (where license)),
            struct_pack(kind := 'provenance', name := 'parent', n := count(*) filter (where parent)),
            struct_pack(kind := 'provenance', name := 'dataset', n := count(*) filter (where dataset)),
            struct_pack(kind := 'provenance', name := 'paper', n := count(*) filter (where paper)),
            struct_pack(kind := 'provenance', name := 'card', n := count(*) filter (where card)),
            struct_pack(kind := 'reproducibility', name := 'evaluation', n := count(*) filter (where evaluation)),
            struct_pack(kind := 'reproducibility', name := 'training_log', n := count(*) filter (where training_log)),
            struct_pack(kind := 'reproducibility', name := 'training_settings', n := count(*) filter (where training_settings)),
            struct_pack(kind := 'reproducibility', name := 'emissions', n := count(*) filter (where emissions)),
            struct_pack(kind := 'portability', name := 'library', n := count(*) filter (where library)),
            struct_pack(kind := 'portability', name := 'task', n := count(*) filter (where task)),
            struct_pack(kind := 'portability', name := 'safetensors', n := count(*) filter (where safetensors)),
            struct_pack(kind := 'portability', name := 'gguf', n := count(*) filter (where gguf)),
            struct_pack(kind := 'portability', name := 'onnx', n := count(*) filter (where onnx)),
            struct_pack(kind := 'portability', name := 'several_formats', n := count(*) filter (where n_formats > 1)),
            struct_pack(kind := 'risk', name := 'pickle_only', n := count(*) filter (where pickle_only)),
            struct_pack(kind := 'risk', name := 'custom_code', n := count(*) filter (where custom_code))
        ]) as told
    from grouped
    group by month_at, trend_group, group_value
),

known as (
    select
        month_at,
        trend_group,
        group_value,
        told.kind as attribute_kind,
        told.name as attribute,
        case
            when told.name = 'card' then n_visited
            when told.name in ('safetensors', 'gguf', 'onnx', 'several_formats', 'pickle_only') then n_with_format
            else n_models
        end as n_known,
        told.n as n_with
    from counted
)

select
    month_at,
    trend_group,
    group_value,
    attribute_kind,
    attribute,
    n_known,
    n_with,
    case when n_known > 0 then n_with / n_known end as with_share
from known
order by month_at, trend_group, group_value, attribute
