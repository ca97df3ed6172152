-- grain: one place of one order of the paper's size over one scope of relations
-- key: trait, weighting, position
-- description: The order of the values of one trait, or of all, with how firm each place is and what no direction would give.
-- inputs: trait_orderings
select
    trait,
    relation_scope as scope,
    weighting,
    position,
    trait_value,
    position_low95,
    position_high95,
    next_holds_share,
    compatible_share,
    null_compatible_share,
    explained_share,
    null_explained_share,
    direction_p_value,
    is_proven_optimal
from trait_orderings
where protocol = $protocol and ordering_size = 'paper' and relation_scope = $scope and (trait = $trait or $trait is null)
order by trait, weighting, position
