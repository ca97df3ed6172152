-- question: How few families hold how many models?
-- grain: one family_scope with one denominator
-- columns: family_scope, denominator, n_families, n_models, top_1_share, top_5_share, top_10_share, top_50_share, gini, hhi
-- beware: The denominator changes the answer: linked_models are members of families, all_models counts each unlinked one as a tree.
select
    c.family_scope, c.denominator, c.n_families, c.n_models,
    c.top_1_share, c.top_5_share, c.top_10_share, c.top_50_share, c.gini, c.hhi
from tree_concentration c
order by c.family_scope, c.denominator
limit 100
