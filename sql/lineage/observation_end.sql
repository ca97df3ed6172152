-- grain: the build
-- key: last_seen_at
-- description: When a model was last observed, and the creation of the newest model of the day of that observation.
-- inputs: models
select
    max(last_seen_at) as last_seen_at,
    max(created_at) filter (where created_at <= (select max(last_seen_at) from models) + interval 1 day) as last_created_at
from models
order by last_seen_at
