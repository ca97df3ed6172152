-- grain: one entity that a model of the build stands for
-- key: entity_id
-- description: The newest observation of every entity, with when it was first and last seen. Where a name passed from one
--   entity to another, the entity seen last keeps it and the other is superseded.
-- inputs: observations
with newest as (
    select
        entity_id, landing_kind, landing_file, kind_rank, file_rank, row_number, model_id, observed_at,
        min(observed_at) over (partition by entity_id) as first_seen_at
    from observations
    where not is_unusable
    qualify row_number() over (
        partition by entity_id order by observed_at desc, kind_rank desc, file_rank desc, row_number desc
    ) = 1
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
    entity_id,
    landing_kind,
    landing_file,
    file_rank,
    row_number,
    model_id,
    first_seen_at,
    observed_at as last_seen_at
from newest
where entity_id not in (select entity_id from superseded)
order by model_id
