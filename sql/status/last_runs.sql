-- question: How did the last run of each command end?
-- grain: one command
select
    verb, run_id, mode, status, finished_at, epoch(finished_at - started_at) as seconds, n_rows, n_requests, seconds_waited,
    note
from runs
qualify row_number() over (partition by verb order by finished_at desc, run_id desc) = 1
order by verb
