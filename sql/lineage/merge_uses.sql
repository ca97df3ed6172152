-- grain: one parent in one role of the merge configurations in a model's current card
-- key: child_id, parent_ref, role
-- description: What merge configurations say of each parent, tokenizer donors included.
-- inputs: cards, card_claims
select k.model_id as child_id, c.parent_ref, c.role, c.merge_method, c.weight, c.density, c.n_mentions as n_uses
from cards k
join card_claims c on c.card_sha = k.card_sha
where k.is_current and c.evidence = 'merge_config'
order by child_id, c.parent_ref, c.role
