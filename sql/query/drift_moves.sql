-- grain: one move between two values of a trait in one scope of relations
-- key: trait, scope, from_value, to_value
-- description: The largest moves of each trait and scope by one protocol; the paper counts pairs of one value on each side.
-- inputs: trait_transitions
select
    trait,
    relation_scope as scope,
    from_value,
    to_value,
    case when $protocol = 'paper' then n_single_moves else n_moves end as n_edges,
    n_added + n_removed as n_counted_twice,
    n_reverse,
    net_flow,
    net_flow_low95,
    net_flow_high95,
    p_adjusted,
    largest_parent_id,
    largest_parent_share,
    largest_child_author_share,
    largest_tool,
    largest_tool_share,
    n_undefaulted_moves
from trait_transitions
where protocol = $protocol and (trait = $trait or $trait is null)
qualify row_number() over (
    partition by trait, relation_scope
    order by case when $protocol = 'paper' then n_single_moves else n_moves end desc, from_value, to_value
) <= $n_moves
order by trait, scope, n_edges desc, from_value, to_value
