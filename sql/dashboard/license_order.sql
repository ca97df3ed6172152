-- question: In which order do licences follow each other down the tree?
-- grain: one licence, by traffic, in finetune edges
-- page: drift
-- place: 6
-- chart: intervals
-- x: licence
-- y: position
-- low: low95
-- high: high95
-- unit: place from upstream (1) to downstream
-- n: max n_moves: moves between the licences ordered
-- method: The linear order that most traffic follows, solved exactly; intervals from redrawn families (docs/orderings.md).
-- beware: Licences with overlapping places have no settled order; compare compatible_share with null_compatible_share.
-- shown: 25
with chosen as (
    select *
    from trait_orderings
    where protocol = 'hubtree' and trait = 'license' and weighting = 'traffic' and relation_scope = 'finetune'
    qualify ordering_size = min(ordering_size) over ()
)

select
    trait_value as licence, position, coalesce(position_low95, position) as low95, coalesce(position_high95, position) as high95,
    n_ordered_moves as n_moves, compatible_share, null_compatible_share, is_proven_optimal
from chosen
order by position
