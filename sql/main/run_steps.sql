-- grain: one step of a finished run
-- key: run_id, run_step
-- description: What each step of a recorded run took; of a step that was landed twice, the later one.
-- inputs: landing_steps, landing_runs
select
    s.run_id, s.run_step, s.started_at, s.finished_at, s.cpu_seconds, s.n_bytes_read, s.n_bytes_written, s.peak_memory_bytes
from landing_steps s
semi join landing_runs r on r.run_id = s.run_id
qualify row_number() over (partition by s.run_id, s.run_step order by s.file_rank desc, s.row_number desc) = 1
order by s.started_at, s.run_id, s.run_step
