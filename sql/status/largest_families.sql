-- question: Which five families are the largest?
-- grain: one family of scope no_merges
select f.root_id, f.n_models, f.depth, f.n_leaves, m.license_id, f.last_created_at
from families f
left join models m on m.model_id = f.root_id
where f.family_scope = 'no_merges'
order by f.n_models desc, f.root_id
limit 5
