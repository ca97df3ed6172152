-- question: Which languages are added and dropped on the way down?
-- grain: one move between two languages, in all edges without merges
-- page: drift
-- place: 3
-- chart: flows
-- x: parent_language
-- y: n_moves
-- color: child_language
-- unit: moves
-- n: sum n_moves: moves
-- method: Moves between declared languages from parent to child, each pair counted once (docs/drift.md).
-- beware: A model of many languages that keeps one moves from each of the others: bands count languages, not models.
-- shown: 16
select from_value as parent_language, to_value as child_language, n_moves, n_reverse, net_flow, p_adjusted, largest_parent_share
from trait_transitions
where protocol = 'hubtree' and trait = 'language' and relation_scope = 'no_merges'
order by n_moves desc, parent_language, child_language
limit 16
