-- question: What did each step of the last run of each command take?
-- grain: one step
select
    r.verb, s.run_step, epoch(s.finished_at - s.started_at) as seconds, s.cpu_seconds, s.n_bytes_read, s.n_bytes_written,
    s.peak_memory_bytes
from run_steps s
join (
    select run_id, verb
    from runs
    qualify row_number() over (partition by verb order by finished_at desc, run_id desc) = 1
) r on r.run_id = s.run_id
order by r.verb, s.started_at, s.run_step
