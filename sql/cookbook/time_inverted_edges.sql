-- question: Which children were created before their parent?
-- grain: one accepted pair
-- columns: parent_id, child_id, relation, parent_created_at, child_created_at, days_before
-- beware: A repository can be emptied and filled again, and a card can name a later model; pairs of the field's first day are left out.
select
    e.parent_id,
    e.child_id,
    e.relation,
    p.created_at as parent_created_at,
    c.created_at as child_created_at,
    date_diff('day', c.created_at, p.created_at) as days_before
from edges e
join models p on p.model_id = e.parent_id
join models c on c.model_id = e.child_id
where e.is_time_inverted
order by days_before desc nulls last, e.parent_id, e.child_id
limit 100
