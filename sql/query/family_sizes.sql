-- grain: one family of scope no_merges that is among the $n_families largest or is asked for
-- key: family_id
-- description: Which families are written as graphs, and how large they are; the largest first.
-- inputs: families
select family_id, n_models, n_placeholders, n_edges, n_cut_edges
from families
where family_scope = 'no_merges'
qualify
    row_number() over (order by n_models desc, family_id) <= $n_families
    or family_id in (select unnest($family_ids::varchar[]))
order by n_models desc, family_id
