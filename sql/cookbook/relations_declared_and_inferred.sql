-- question: How often do the rules infer the relation that is declared?
-- grain: one relation, as declared and as inferred
-- columns: relation, relation_inferred, n_models, share_of_declared
-- beware: Only models with a declared relation, one of several parents once; elsewhere the rules may do worse.
with declared as (
    select distinct child_id, relation, relation_inferred
    from edges
    where relation_source = 'declared'
)

select
    relation,
    relation_inferred,
    count(*) as n_models,
    count(*) / sum(count(*)) over (partition by relation) as share_of_declared
from declared
group by relation, relation_inferred
order by relation, n_models desc, relation_inferred
