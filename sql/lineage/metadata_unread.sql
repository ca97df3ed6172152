-- grain: one model whose results or emissions are known from the hub's cardData alone
-- key: model_id
-- description: Metadata of models without a current card that could be read, where it speaks of results or emissions.
-- inputs: card_metadata, latest, cards
select l.model_id, m.metadata
from card_metadata m
join latest l on l.model_number = m.model_number
where (contains(m.metadata, 'model-index') or contains(m.metadata, 'co2_eq_emissions'))
    and l.model_id not in (select model_id from cards where is_current and parse_status = 'ok')
order by l.model_id
