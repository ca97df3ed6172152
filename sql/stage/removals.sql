-- grain: one model that is gone
-- key: model_number
-- description: Models missing from at least two complete listings in a row up to now; removed_at is the first of these.
--   A single short listing proves nothing.
-- inputs: landing_runs, latest
with complete as (
    select run_id, hub, started_at, finished_at
    from landing_runs
    where is_complete_listing and status = 'full'
),

missed as (
    select l.model_number, c.run_id, c.finished_at
    from latest l
    join complete c on c.started_at > l.last_seen_at
)

select model_number, min(finished_at) as removed_at
from missed
group by model_number
having count(distinct run_id) >= 2
order by model_number
