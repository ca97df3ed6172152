-- question: Which way do licences move from parent to child, and on whom does each flow hang?
-- grain: one pair of licences with more moves one way than back
-- columns: from_value, to_value, n_moves, n_reverse, net_flow, net_flow_low95, net_flow_high95, p_adjusted, largest_parent_id,
--   largest_parent_share, n_undefaulted_moves
-- beware: Scope all of protocol hubtree; a flow whose largest_parent_share is near 1 is one model's doing, not the hub's.
select
    from_value, to_value, n_moves, n_reverse, net_flow, net_flow_low95, net_flow_high95, p_adjusted, largest_parent_id,
    largest_parent_share, n_undefaulted_moves
from trait_transitions
where protocol = 'hubtree' and trait = 'license' and relation_scope = 'all' and net_flow > 0
order by net_flow desc, from_value, to_value
limit 30
