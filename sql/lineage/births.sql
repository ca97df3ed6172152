-- grain: one known model
-- key: model_number
-- description: Every id that a claim can resolve to, with its creation time.
-- inputs: latest
select model_number, model_id, created_at
from latest
order by model_number
