-- question: What does the protocol of the seed paper give on these models?
-- grain: one trait and relation scope
-- page: drift
-- place: 20
-- chart: none
-- unit: mutation rate
-- n: max n_declared_pairs: pairs in the widest scope
-- method: The definitions of Anatomy of a Machine Learning Ecosystem (2025): declared tags, no repair, all relations (docs/drift.md).
-- shown: 40
select trait, relation_scope, n_declared_pairs, mutation_rate, mutation_rate_low95 as low95, mutation_rate_high95 as high95
from trait_mutations
where protocol = 'paper'
order by trait, relation_scope
