-- question: Who is missing: which parents are named by cards but stand in no listing?
-- grain: one placeholder, as written
-- columns: parent_id, placeholder_kind, n_children, children_downloads_30d, example_child_id
-- beware: placeholder_kind is null where the hub was not asked; a misspelt name may be told as deleted.
with kinds as (
    select parent_id, min(placeholder_kind) as placeholder_kind
    from parent_claims
    where resolution = 'placeholder'
    group by parent_id
)

select
    e.parent_id,
    min(k.placeholder_kind) as placeholder_kind,
    count(*) as n_children,
    cast(sum(c.downloads_30d) as bigint) as children_downloads_30d,
    min(e.child_id) as example_child_id
from edges e
join models c on c.model_id = e.child_id
left join kinds k on k.parent_id = e.parent_id
where not e.is_parent_listed
group by e.parent_id
order by n_children desc, e.parent_id
limit 50
