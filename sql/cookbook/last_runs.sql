-- question: When did crawl, cards, import and build last run, how did they end, and how fresh is what they saw?
-- grain: one run among the last five of each verb
-- columns: verb, mode, status, started_at, finished_at, minutes, n_rows, seconds_waited, note
-- beware: The build that made this file ends after the file is finished, so it is listed by the next one.
with ranked as (
    select
        verb, mode, status, started_at, finished_at, n_rows, seconds_waited, note, run_id,
        row_number() over (partition by verb order by started_at desc, run_id desc) as place
    from runs
)

select
    verb,
    mode,
    status,
    started_at,
    finished_at,
    date_diff('second', started_at, finished_at) / 60 as minutes,
    n_rows,
    seconds_waited,
    note
from ranked
where place <= 5
order by started_at desc, run_id desc
