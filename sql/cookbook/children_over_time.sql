-- question: How did the children of the most derived bases add up, month by month?
-- grain: one base among the twenty with most dated children, and one month in which children came
-- columns: parent_id, created_month, n_new_children, n_children_so_far
-- beware: Children of unknown birth (is_created_at_floor) are left out; months without children have no row.
with dated as (
    select e.parent_id, cast(date_trunc('month', c.created_at) as date) as created_month
    from edges e
    join models c on c.model_id = e.child_id
    where e.is_parent_listed and not c.is_created_at_floor and not e.is_time_inverted and not e.is_cut
),

largest as (
    select parent_id, count(*) as n_dated
    from dated
    group by parent_id
    order by n_dated desc, parent_id
    limit 20
)

select
    parent_id,
    created_month,
    count(*) as n_new_children,
    cast(sum(count(*)) over (partition by parent_id order by created_month) as bigint) as n_children_so_far
from dated
where parent_id in (select parent_id from largest)
group by parent_id, created_month
order by parent_id, created_month
