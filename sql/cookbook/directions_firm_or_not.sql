-- question: Which traits have a direction, more than families turned round at random would show?
-- grain: one order of the paper's size that was redrawn
-- columns: trait, relation_scope, weighting, n_values, n_clusters, compatible_share, null_compatible_share, explained_share,
--   null_explained_share, direction_p_value
-- beware: One test a row, not adjusted for their number; few families (n_clusters) make an order that others would not repeat.
select
    trait,
    relation_scope,
    weighting,
    count(*) as n_values,
    max(n_clusters) as n_clusters,
    max(compatible_share) as compatible_share,
    max(null_compatible_share) as null_compatible_share,
    max(explained_share) as explained_share,
    max(null_explained_share) as null_explained_share,
    max(direction_p_value) as direction_p_value
from trait_orderings
where protocol = 'hubtree' and ordering_size = 'paper' and relation_scope in ('finetune', 'no_merges', 'all')
group by trait, relation_scope, weighting
order by trait, relation_scope, weighting
