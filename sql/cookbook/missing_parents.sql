-- question: Who is missing: which parents are named by cards but stand in no listing?
-- grain: one placeholder, as written
-- columns: parent_id, n_children, children_downloads_30d, example_child_id
-- beware: Missing has many reasons (deleted, private, renamed, misspelt, never on this hub); the name alone can't tell which.
select
    e.parent_id,
    count(*) as n_children,
    cast(sum(c.downloads_30d) as bigint) as children_downloads_30d,
    min(e.child_id) as example_child_id
from edges e
join models c on c.model_id = e.child_id
where not e.is_parent_listed
group by e.parent_id
order by n_children desc, e.parent_id
limit 50
