-- question: How are models made from others: fine-tuned, adapted, quantized, merged, and how does that change?
-- grain: one relation and year of the child's creation
-- columns: created_year, relation, n_edges, edges_share, inferred_share
-- beware: Relations are declared since 2024 only; before that they are inferred by rules (inferred_share).
with counted as (
    select
        year(c.created_at) as created_year,
        e.relation,
        count(*) as n_edges,
        count(*) filter (where e.relation_source = 'inferred') / count(*) as inferred_share
    from edges e
    join models c on c.model_id = e.child_id
    where c.created_at is not null and not c.is_created_at_floor
    group by year(c.created_at), e.relation
)

select
    created_year,
    relation,
    n_edges,
    n_edges / sum(n_edges) over (partition by created_year) as edges_share,
    inferred_share
from counted
order by created_year, n_edges desc, relation
