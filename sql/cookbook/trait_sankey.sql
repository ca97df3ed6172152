-- question: How do values of a trait flow from parents to children, ready for a Sankey diagram?
-- grain: one link of the diagram: a licence of parents and a licence of children
-- columns: source, target, value, is_net
-- beware: Moves alone, without the pairs that keep their value; change trait and relation_scope in the query for other traits.
select 'parent: ' || from_value as source, 'child: ' || to_value as target, n_moves as value, net_flow > 0 as is_net
from trait_transitions
where protocol = 'hubtree' and trait = 'license' and relation_scope = 'all'
order by value desc, source, target
limit 60
