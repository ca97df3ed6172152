-- grain: one visit of a card whose model is known
-- key: file_rank, row_number
-- description: Visits joined to the present model: by the hub's own key, else by name, else by the name they were sent on to.
-- inputs: landing_cards, latest
with named as (
    select model_id as name
    from landing_cards
    union
    select renamed_to as name
    from landing_cards
    where renamed_to is not null
),

models_named as (
    select lower(model_id) as folded_id, model_number
    from latest
    where lower(model_id) in (select lower(name) from named)
),

models_keyed as (
    select entity_id, model_number
    from latest
    where entity_id in (select hub_object_id from landing_cards where hub_object_id is not null)
),

known as (
    select
        coalesce(k.model_number, n.model_number, r.model_number) as model_number,
        c.file_rank,
        c.row_number,
        c.visit_status,
        coalesce(c.card_sha, case when c.visit_status = 'not_modified' then c.etag end) as card_sha,
        c.n_bytes,
        coalesce(c.is_truncated, false) as is_truncated,
        c.observed_at
    from landing_cards c
    left join models_keyed k on k.entity_id = c.hub_object_id
    left join models_named n on n.folded_id = lower(c.model_id)
    left join models_named r on r.folded_id = lower(c.renamed_to)
)

select v.model_number, l.model_id, v.file_rank, v.row_number, v.visit_status, v.card_sha, v.n_bytes, v.is_truncated, v.observed_at
from known v
join latest l on l.model_number = v.model_number
order by v.file_rank, v.row_number
