-- question: Which data checks did not hold in the build that made this file?
-- grain: one check of one table
-- columns: table_name, check_name, severity, is_passed, n_failed, n_rows, observed, expected
-- beware: A published file holds warnings only; is_passed is null where a check could not be run.
select table_name, check_name, severity, is_passed, n_failed, n_rows, observed, expected
from check_results
where is_passed is distinct from true
order by case when severity = 'fail' then 0 else 1 end, n_failed desc nulls last, table_name, check_name
