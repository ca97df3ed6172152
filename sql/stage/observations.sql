-- grain: one landed record of kind listing or details
-- key: landing_kind, file_rank, row_number
-- description: Narrow view of every record, with the entity it belongs to. An entity is the hub's own key (_id);
--   records without one (older than the field) belong to the entity that bears their name elsewhere, else to their name.
-- inputs: landing_records
with records as (
    select
        landing_kind, landing_file, kind_rank, file_rank, row_number, hub_object_id, model_id, created_at, observed_at,
        raw is not null as is_unusable
    from landing_records
),

names_of_objects as (
    select
        lower(model_id) as folded_id,
        arg_max(hub_object_id, (observed_at, hub_object_id)) as hub_object_id
    from records
    where
        hub_object_id is not null
        and lower(model_id) in (select lower(r.model_id) from records r where r.hub_object_id is null and not r.is_unusable)
    group by lower(model_id)
)

select
    r.landing_kind,
    r.landing_file,
    r.kind_rank,
    r.file_rank,
    r.row_number,
    r.model_id,
    r.created_at,
    r.observed_at,
    r.is_unusable,
    coalesce(r.hub_object_id, n.hub_object_id, 'name:' || lower(r.model_id)) as entity_id
from records r
-- As an equality: a condition on one side alone would compare every record with every name.
left join names_of_objects n on n.folded_id = case when r.hub_object_id is null then lower(r.model_id) end
