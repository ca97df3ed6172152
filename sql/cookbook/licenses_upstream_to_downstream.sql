-- question: In which order do licences change down the family trees, and how firm is each place?
-- grain: one licence of the order over all edges
-- columns: position, trait_value, position_low95, position_high95, next_holds_share, compatible_share, null_compatible_share,
--   is_proven_optimal
-- beware: The best order of a hub without direction agrees with most pairs as well (null_compatible_share); not legal advice.
select
    position,
    trait_value,
    position_low95,
    position_high95,
    next_holds_share,
    compatible_share,
    null_compatible_share,
    is_proven_optimal
from trait_orderings
where protocol = 'hubtree' and trait = 'license' and relation_scope = 'all' and weighting = 'edges' and ordering_size = 'paper'
order by position
