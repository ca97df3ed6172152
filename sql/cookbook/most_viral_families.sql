-- question: Which families grew through long chains, and which around one base?
-- grain: one family with at least five models
-- columns: family_id, n_models, depth, width, structural_virality, balance, sackin_index
-- beware: structural_virality is the mean distance of two members: near 2 around one base, larger along chains; families without merges.
select f.family_id, f.n_models, f.depth, f.width, f.structural_virality, f.balance, f.sackin_index
from families f
where f.family_scope = 'no_merges' and f.n_models >= 5 and f.structural_virality is not null
order by f.structural_virality desc, f.family_id
limit 50
