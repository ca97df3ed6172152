-- question: Do newer models say more about themselves?
-- grain: one month and trait, models of all tasks and libraries
-- page: drift
-- place: 5
-- chart: lines
-- x: month
-- y: declared_share
-- color: declared
-- unit: share of models created in the month
-- n: sum n_models: models, counted once a trait
-- method: Models as last observed by month of creation, whole months alone (docs/trends.md).
-- beware: Cohorts, not changes of models; young models are less finished, so the newest months say less for that alone.
with by_month as (
    select * from monthly_trends where trend_group = 'all' and is_whole_month
)

select cast(month_at as date) as month, 'licence' as declared, license_share as declared_share, n_models from by_month
union all
select cast(month_at as date) as month, 'language' as declared, language_share as declared_share, n_models from by_month
union all
select cast(month_at as date) as month, 'task' as declared, task_share as declared_share, n_models from by_month
union all
select cast(month_at as date) as month, 'parent' as declared, parent_share as declared_share, n_models from by_month
order by month, declared
