-- grain: one model with readable card metadata
-- key: model_number
-- description: Card metadata as JSON text: the hub's reading (cardData) where it was observed, else the front matter of the
--   current card as hubtree reads it. Front matter that the hub would not read (parse_status is not ok) is only a hint.
-- inputs: card_facts, cards, latest
select model_number, card_data as metadata
from card_facts
where card_data is not null and json_type(card_data) = 'OBJECT'

union all

select l.model_number, c.front_matter as metadata
from cards c
join latest l on l.model_id = c.model_id
where c.is_current and c.parse_status = 'ok' and c.front_matter is not null
    and l.model_number not in (select model_number from card_facts where card_data is not null)
order by model_number
