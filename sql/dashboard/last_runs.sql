-- question: When did each part of the nightly job last run, and how did it end?
-- grain: one command
-- page: overview
-- place: 5
-- chart: none
-- unit: runs
-- n: rows: commands
-- method: The runs that were landed before this file was built.
select verb as command, mode, status, finished_at, n_rows, n_requests, seconds_waited
from runs
qualify row_number() over (partition by verb order by finished_at desc, run_id desc) = 1
order by verb
