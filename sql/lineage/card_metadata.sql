-- grain: one model with readable card metadata
-- key: model_id
-- description: Card metadata as JSON text: the hub's reading (cardData) where it was observed, else the front matter of the
--   current card as hubtree reads it.
-- inputs: card_facts, cards
select model_id, card_data as metadata, 'hub' as reader
from card_facts
where card_data is not null and json_type(card_data) = 'OBJECT'

union all

select model_id, front_matter as metadata, 'hubtree' as reader
from cards
where is_current and front_matter is not null
    and model_id not in (select model_id from card_facts where card_data is not null)
order by model_id
