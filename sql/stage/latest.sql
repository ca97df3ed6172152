-- grain: one entity that a model of the build stands for
-- key: model_id
-- description: The newest observation of every entity, with when it was first and last seen. Where a name passed from one
--   entity to another, the entity seen last keeps it and the other is superseded. A model's place in this order is its
--   model_number, which readers add; later tables join on it, as numbers join faster than names. An instant before 1970 or
--   after 2199 is none (see quarantine): DuckDB reads "infinity", and a year 1 would make months without end.
-- inputs: observations
with seen_again as (
    select entity_id
    from observations
    where not is_unusable
    group by entity_id
    having count(*) > 1
),

seen_once as (
    select
        o.entity_id, o.landing_kind, o.landing_file, o.kind_rank, o.file_rank, o.row_number, o.model_id, o.created_at,
        o.observed_at, o.observed_at as first_seen_at
    from observations o
    left join seen_again s on s.entity_id = o.entity_id
    where not o.is_unusable and s.entity_id is null
),

newest_of_several as (
    select
        o.entity_id, o.landing_kind, o.landing_file, o.kind_rank, o.file_rank, o.row_number, o.model_id, o.created_at,
        o.observed_at, min(o.observed_at) over (partition by o.entity_id) as first_seen_at
    from observations o
    where not o.is_unusable and o.entity_id in (select entity_id from seen_again)
    qualify row_number() over (
        partition by o.entity_id
        order by o.observed_at desc, o.kind_rank desc, o.file_rank desc, o.row_number desc
    ) = 1
),

newest as (
    select * from seen_once
    union all
    select * from newest_of_several
),

contested as (
    select lower(model_id) as folded_id
    from newest
    group by lower(model_id)
    having count(*) > 1
),

superseded as (
    select entity_id
    from newest
    where lower(model_id) in (select folded_id from contested)
    qualify row_number() over (
        partition by lower(model_id) order by observed_at desc, kind_rank desc, file_rank desc, row_number desc
    ) > 1
)

select
    n.model_id,
    n.entity_id,
    landing_kind,
    landing_file,
    file_rank,
    row_number,
    case
        when try_cast(created_at as timestamp) >= timestamp '1970-01-01' and try_cast(created_at as timestamp) < timestamp '2200-01-01'
        then try_cast(created_at as timestamp)
    end as created_at,
    first_seen_at,
    observed_at as last_seen_at
from newest n
left join superseded s on s.entity_id = n.entity_id
where s.entity_id is null
order by model_id
