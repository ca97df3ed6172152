-- question: How few families hold how many models?
-- grain: one family_scope and denominator
-- page: families
-- place: 3
-- chart: none
-- unit: share of models
-- n: max n_models: models
-- method: Shares of the largest families, Gini coefficient and Herfindahl-Hirschman index (docs/lineage.md).
-- beware: The denominator changes the answer: linked_models are members of families, all_models counts each unlinked one as a tree.
select family_scope, denominator, n_families, n_models, top_1_share, top_5_share, top_10_share, top_50_share, gini, hhi
from tree_concentration
order by family_scope, denominator
