-- question: Are siblings more alike than parent and child, and does it last without the tags that name the parent?
-- grain: one thing compared and one measure, with and without the control, in each scope of edges
-- columns: edge_scope, compared, measure, control, random_pair, parent_child, siblings, siblings_more, siblings_more_low95,
--   siblings_more_high95, n_families
-- beware: siblings_more is sure only where its interval, over whole families, lies on one side of 0; null is too few families.
select
    edge_scope,
    compared,
    measure,
    control,
    max(mean) filter (where motif = 'random_pair') as random_pair,
    max(mean) filter (where motif = 'parent_child') as parent_child,
    max(mean) filter (where motif = 'siblings') as siblings,
    max(difference) filter (where motif = 'siblings') as siblings_more,
    max(difference_low95) filter (where motif = 'siblings') as siblings_more_low95,
    max(difference_high95) filter (where motif = 'siblings') as siblings_more_high95,
    max(n_families) filter (where motif = 'siblings') as n_families
from similarity
group by edge_scope, compared, measure, control
order by edge_scope, compared, measure, control
