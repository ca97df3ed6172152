-- grain: one finished run of a command
-- key: run_id
-- description: What crawls, imports and earlier builds said of themselves when they ended.
-- inputs: landing_runs
select
    run_id, verb, hub, mode, status, is_complete_listing, started_at, finished_at, watermark,
    n_requests, n_rows, n_files, seconds_waited, note
from landing_runs
qualify row_number() over (partition by run_id order by file_rank desc, row_number desc) = 1
order by started_at, run_id
