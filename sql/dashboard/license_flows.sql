-- question: Which licences do children leave, and for which?
-- grain: one move between two licences, in all edges without merges
-- page: drift
-- place: 2
-- chart: flows
-- x: parent_license
-- y: n_moves
-- color: child_license
-- unit: moves
-- n: sum n_moves: moves
-- method: Moves between declared licences from parent to child, each pair counted once (docs/drift.md).
-- beware: Look at largest_parent_share: a flow that hangs on one mis-declared parent says little about the hub.
-- shown: 16
select
    from_value as parent_license, to_value as child_license, n_moves, n_reverse, net_flow, net_flow_low95, net_flow_high95, p_adjusted,
    largest_parent_id, largest_parent_share, n_undefaulted_moves
from trait_transitions
where protocol = 'hubtree' and trait = 'license' and relation_scope = 'no_merges'
order by n_moves desc, parent_license, child_license
limit 16
