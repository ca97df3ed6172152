-- question: Did the data pass their checks?
-- grain: one outcome
-- page: overview
-- place: 4
-- chart: none
-- unit: checks
-- n: sum n_checks: checks
-- method: Checks made from the contract of the tables, run before publishing; a failed one of severity fail stops it (docs/operations.md).
select
    case when is_passed is null then 'not run' when is_passed then 'passed' when severity = 'warn' then 'warning' else 'failed' end
        as outcome,
    count(*) as n_checks,
    left(string_agg(distinct table_name, ', ' order by table_name) filter (where not is_passed), 200) as tables_concerned
from check_results
group by outcome
order by n_checks desc, outcome
