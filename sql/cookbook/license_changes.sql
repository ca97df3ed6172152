-- question: When the licence changes from parent to child, which change is the most frequent?
-- grain: one pair of different licences
-- columns: parent_license_id, child_license_id, n_edges, n_children_of_licence, edges_share
-- beware: Only pairs that both declare one licence; a declared licence is what the card says, not what the law says.
with pairs as (
    select p.license_id as parent_license_id, c.license_id as child_license_id
    from edges e
    join models p on p.model_id = e.parent_id
    join models c on c.model_id = e.child_id
    where p.license_id is not null and c.license_id is not null
),

counted as (
    select parent_license_id, child_license_id, count(*) as n_edges
    from pairs
    group by parent_license_id, child_license_id
),

parents as (
    select parent_license_id, count(*) as n_children_of_licence
    from pairs
    group by parent_license_id
)

select
    c.parent_license_id,
    c.child_license_id,
    c.n_edges,
    p.n_children_of_licence,
    c.n_edges / p.n_children_of_licence as edges_share
from counted c
join parents p on p.parent_license_id = c.parent_license_id
where c.parent_license_id <> c.child_license_id
order by c.n_edges desc, c.parent_license_id, c.child_license_id
limit 50
