-- grain: one known model
-- key: model_id
-- description: Every id that a claim can resolve to, with its creation time.
-- inputs: landing_listing, landing_details, latest
select l.model_id, try_cast(s.created_at as timestamp) as created_at
from latest l
join landing_listing s on l.landing_kind = 'listing' and l.file_rank = s.file_rank and l.row_number = s.row_number

union all

select l.model_id, try_cast(s.created_at as timestamp) as created_at
from latest l
join landing_details s on l.landing_kind = 'details' and l.file_rank = s.file_rank and l.row_number = s.row_number
