-- question: Which families are the largest?
-- grain: one family
-- columns: family_id, n_models, n_placeholders, depth, width, n_merges, first_created_at, last_created_at
-- beware: Families without merge edges (scope no_merges); with them most families grow together into one.
select family_id, n_models, n_placeholders, depth, width, n_merges, first_created_at, last_created_at
from families
where family_scope = 'no_merges'
order by n_models desc, family_id
limit 50
