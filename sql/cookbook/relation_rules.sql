-- question: Which rules say how models were made where nobody declared it?
-- grain: one rule
-- columns: relation_rule, relation, relation_confidence, n_edges, n_models
-- beware: The rules and their reasons stand in docs/relations.md; a confidence orders them, it is no estimate.
select
    relation_rule,
    relation,
    relation_confidence,
    count(*) as n_edges,
    count(distinct child_id) as n_models
from edges
where relation_source = 'inferred'
group by relation_rule, relation, relation_confidence
order by n_edges desc, relation_rule
