-- grain: one id that a model bore before
-- key: old_id
-- description: Old id -> present id, proved by the hub's own key seen under both, or by a redirect that the crawler
--   followed for a card or for the detail of a claimed parent.
-- inputs: observations, latest, landing_cards, landing_lookups
with seen as (
    select distinct o.model_id as old_id, l.model_id
    from observations o
    join latest l on l.entity_id = o.entity_id
    where not o.is_unusable and o.model_id <> l.model_id

    union

    select c.model_id as old_id, l.model_id
    from landing_cards c
    join latest l on lower(l.model_id) = lower(c.renamed_to)
    where c.renamed_to is not null and c.model_id <> l.model_id

    union

    select k.asked_id as old_id, l.model_id
    from landing_lookups k
    join latest l on lower(l.model_id) = lower(k.renamed_to)
    where k.renamed_to is not null and k.asked_id <> l.model_id
)

select old_id, min(model_id) as model_id
from seen
where not exists (select 1 from latest l where lower(l.model_id) = lower(seen.old_id))
group by old_id
having count(distinct model_id) = 1
order by old_id
