-- question: How are models made from others: fine-tuned, adapted, quantized, merged, and how does that change?
-- grain: one relation and year of the child's creation
-- columns: created_year, relation, n_edges, edges_share
-- beware: null means that no source says how; typed relations are declared since 2024, so the past looks less typed than it was.
with counted as (
    select year(c.created_at) as created_year, e.relation, count(*) as n_edges
    from edges e
    join models c on c.model_id = e.child_id
    where c.created_at is not null and not c.is_created_at_floor
    group by all
)

select
    created_year,
    relation,
    n_edges,
    n_edges / sum(n_edges) over (partition by created_year) as edges_share
from counted
order by created_year, n_edges desc, relation nulls last
