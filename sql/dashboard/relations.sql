-- question: By which relation do models descend, and who says so?
-- grain: one relation and source
-- page: families
-- place: 4
-- chart: bars
-- x: relation
-- y: n_edges
-- color: said_by
-- unit: edges
-- n: sum n_edges: edges
-- method: The Hub's four relations; where nobody declares one it is inferred by named rules with a confidence (docs/relations.md).
with counted as (
    select
        relation, case relation_source when 'inferred' then 'inferred' else 'declared' end as said_by, count(*) as n_edges
    from edges
    group by all
)

select relation, said_by, n_edges
from counted
order by sum(n_edges) over (partition by relation) desc, relation, said_by
