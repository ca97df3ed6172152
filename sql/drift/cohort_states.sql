-- grain: one model, with what it declared when first observed and what it declares now
-- key: model_id
-- description: Both states are read from the hub's tags and fields alone, so that they compare. The first one is null for a
--   model that was observed once. born_at is null where the birth is unknown; observed_on is the day of the first
--   observation.
-- inputs: models, latest, trait_history, code_languages, code_licenses
with language_codes as (
    select list(language_code order by language_code) as codes
    from code_languages
    where kind = 'language' and length(language_code) = 2
),

permissive as (
    select list(license_id order by license_id) as license_ids
    from code_licenses
    where license_class = 'permissive'
),

now_told as (
    select
        m.model_id,
        list_distinct(list_transform(
            list_filter(m.tags, lambda t: starts_with(t, 'license:') and trim(substr(t, 9)) <> ''),
            lambda t: lower(trim(substr(t, 9)))
        )) as license_ids,
        list_distinct(list_intersect(list_filter(m.tags, lambda t: length(t) = 2), c.codes)) as languages,
        len(list_filter(m.tags, lambda t: starts_with(t, 'dataset:'))) as n_datasets,
        m.pipeline_tag is not null as has_task,
        m.library_name is not null as has_library
    from models m
    cross join language_codes c
),

first_told as (
    select l.model_id, h.license_ids, h.languages, h.datasets, h.tasks, h.libraries
    from trait_history h
    join latest l on l.model_number = h.model_number
    qualify row_number() over (partition by h.model_number order by h.observed_at) = 1
)

select
    m.model_id,
    m.author,
    case when not m.is_created_at_floor then m.created_at end as born_at,
    date_trunc('day', m.first_seen_at)::timestamp as observed_on,
    f.model_id is not null as is_repeated,
    (len(f.license_ids) > 0)::int as license_before,
    (len(n.license_ids) > 0)::int as license_after,
    list_has_any(f.license_ids, p.license_ids)::int as permissive_before,
    list_has_any(n.license_ids, p.license_ids)::int as permissive_after,
    (len(f.languages) > 0)::int as language_before,
    (len(n.languages) > 0)::int as language_after,
    (f.languages = ['en'])::int as english_only_before,
    (n.languages = ['en'])::int as english_only_after,
    (len(f.datasets) > 0)::int as dataset_before,
    (n.n_datasets > 0)::int as dataset_after,
    (len(f.tasks) > 0)::int as task_before,
    n.has_task::int as task_after,
    (len(f.libraries) > 0)::int as library_before,
    n.has_library::int as library_after
from models m
join now_told n on n.model_id = m.model_id
left join first_told f on f.model_id = m.model_id
cross join permissive p
order by m.model_id
