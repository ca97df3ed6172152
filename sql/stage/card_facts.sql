-- grain: one model whose newest observation carries card metadata (cardData) or parents (baseModels)
-- key: model_number
-- description: The metadata that the hub read from the card, as JSON text, beside the hub's own view of the parents.
-- inputs: landing_records, latest
select l.model_number, s.card_data, s.base_models
from landing_records s
join latest l on l.landing_kind = s.landing_kind and l.file_rank = s.file_rank and l.row_number = s.row_number
where s.card_data is not null or s.base_models is not null
order by l.model_number
