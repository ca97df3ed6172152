-- grain: one model whose current card has words enough of its own to be compared
-- key: model_id
-- description: Signatures of current cards, oldest model first.
-- inputs: cards, card_signatures, models
select c.model_id, c.card_sha, s.text_hash, s.minhash
from cards c
join card_signatures s on s.card_sha = c.card_sha
join models m on m.model_id = c.model_id
where c.is_current
order by m.created_at nulls last, c.model_id
