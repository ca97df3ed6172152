-- grain: one observation of a model seen at several times: its first, its last, and each that told other traits than the one before
-- key: model_number, observed_at
-- description: Declared traits as the hub's tags and fields told them at that time. Tags alone are read, as every kind of
--   observation has them: a richer observation must not look like a change of the model. The hub repeats task and library
--   among the tags, so where a poorer answer lacks the field, a value that the model has at another time is read from there.
--   previously_observed_at is the observation right before, kept or not: a change lies between the two.
-- inputs: observations, latest, landing_records, code_languages
with seen_again as (
    select entity_id
    from observations
    where not is_unusable
    group by entity_id
    having count(distinct observed_at) > 1
),

seen as (
    select l.model_number, o.landing_kind, o.file_rank, o.row_number, o.observed_at
    from observations o
    join latest l on l.entity_id = o.entity_id
    where not o.is_unusable and o.entity_id in (select entity_id from seen_again)
    qualify row_number() over (
        partition by l.model_number, o.observed_at order by o.kind_rank desc, o.file_rank desc, o.row_number desc
    ) = 1
),

language_codes as (
    select list(language_code order by language_code) as codes
    from code_languages
    where kind = 'language' and length(language_code) = 2
),

observed as (
    select s.model_number, s.observed_at, r.tags, r.pipeline_tag, r.library_name
    from seen s
    join landing_records r
        on r.landing_kind = s.landing_kind and r.file_rank = s.file_rank and r.row_number = s.row_number
    where r.tags is not null
),

ever as (
    select
        model_number,
        list_sort(coalesce(list(distinct pipeline_tag) filter (where pipeline_tag is not null), [])) as tasks,
        list_sort(coalesce(list(distinct library_name) filter (where library_name is not null), [])) as libraries
    from observed
    group by model_number
),

told as (
    select
        r.model_number,
        r.observed_at,
        list_sort(list_distinct(list_transform(
            list_filter(r.tags, lambda t: starts_with(t, 'license:') and trim(substr(t, 9)) <> ''),
            lambda t: lower(trim(substr(t, 9)))
        ))) as license_ids,
        list_sort(list_distinct(list_intersect(list_filter(r.tags, lambda t: length(t) = 2), c.codes))) as languages,
        list_sort(list_distinct(list_transform(
            list_filter(r.tags, lambda t: starts_with(t, 'dataset:')), lambda t: substr(t, 9)
        ))) as datasets,
        case
            when r.pipeline_tag is null then list_filter(e.tasks, lambda t: list_contains(r.tags, t))
            else [r.pipeline_tag]
        end as tasks,
        case
            when r.library_name is null then list_filter(e.libraries, lambda t: list_contains(r.tags, t))
            else [r.library_name]
        end as libraries
    from observed r
    join ever e on e.model_number = r.model_number
    cross join language_codes c
),

compared as (
    select
        t.*,
        hash(license_ids, languages, datasets, tasks, libraries) as traits_hash,
        lag(hash(license_ids, languages, datasets, tasks, libraries)) over (
            partition by model_number order by observed_at
        ) as previous_hash,
        lag(observed_at) over (partition by model_number order by observed_at) as previously_observed_at,
        row_number() over (partition by model_number order by observed_at desc) = 1 as is_last
    from told t
)

select model_number, observed_at, previously_observed_at, license_ids, languages, datasets, tasks, libraries
from compared
where previous_hash is null or is_last or traits_hash <> previous_hash
order by model_number, observed_at
