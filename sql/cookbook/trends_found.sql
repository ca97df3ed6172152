-- question: What rises and what falls over the months in which models were created?
-- grain: one tested measure of one group
-- columns: trend_group, group_value, trend_measure, trend, slope_per_year, slope_per_year_low95, slope_per_year_high95, n_months,
--   trend_p_adjusted
-- beware: Models as last observed; the newest had less time to be finished. Of licences named other, trust the fixed list.
select
    trend_group,
    group_value,
    trend_measure,
    trend,
    slope_per_year,
    slope_per_year_low95,
    slope_per_year_high95,
    n_months,
    trend_p_adjusted
from trend_tests
where trend <> 'none'
order by trend_group, group_value, trend_measure
limit 200
