-- question: How often does a trait change from parent to child?
-- grain: one trait and relation scope
-- page: drift
-- place: 1
-- chart: intervals
-- x: trait
-- y: mutation_rate
-- low: low95
-- high: high95
-- color: relation_scope
-- unit: mutation rate, 0 (kept) to 1 (replaced)
-- n: max n_pairs: pairs that declare the trait on both sides, in the widest scope
-- method: Mean Jaccard distance of declared values over pairs, intervals by resampling whole families (docs/drift.md).
-- beware: Pairs with a side that declares nothing are left out of the rate; the table counts them.
-- shown: 60
select
    trait, relation_scope, mutation_rate, mutation_rate_low95 as low95, mutation_rate_high95 as high95, n_declared_pairs as n_pairs,
    null_rate, n_missing_to_present, n_present_to_missing, n_clusters as n_families
from trait_mutations
where protocol = 'hubtree' and mutation_rate is not null and relation_scope in ('finetune', 'adapter', 'quantized', 'no_merges')
order by trait, relation_scope
