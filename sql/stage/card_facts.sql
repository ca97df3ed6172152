-- grain: one model whose newest observation carries card metadata (cardData)
-- key: model_id
-- description: The metadata that the hub read from the card, as JSON text, beside the hub's own view of the parents.
-- inputs: landing_listing, landing_details, latest
select l.model_id, s.card_data, s.base_models, l.last_seen_at as observed_at
from landing_listing s
join latest l on l.landing_kind = 'listing' and l.file_rank = s.file_rank and l.row_number = s.row_number
where s.card_data is not null or s.base_models is not null

union all

select l.model_id, s.card_data, s.base_models, l.last_seen_at as observed_at
from landing_details s
join latest l on l.landing_kind = 'details' and l.file_rank = s.file_rank and l.row_number = s.row_number
where s.card_data is not null or s.base_models is not null
order by model_id
