-- grain: one model whose newest observation carries card metadata (cardData) or parents (baseModels)
-- key: model_number
-- description: The metadata that the hub read from the card, as JSON text, beside the hub's own view of the parents.
-- inputs: landing_listing, landing_details, latest
select l.model_number, s.card_data, s.base_models
from landing_listing s
join latest l on l.landing_kind = 'listing' and l.file_rank = s.file_rank and l.row_number = s.row_number
where s.card_data is not null or s.base_models is not null

union all

select l.model_number, s.card_data, s.base_models
from landing_details s
join latest l on l.landing_kind = 'details' and l.file_rank = s.file_rank and l.row_number = s.row_number
where s.card_data is not null or s.base_models is not null
order by model_number
