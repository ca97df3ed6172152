-- grain: one tested measure of the months of creation of all models
-- key: trend_measure
-- description: What rises or falls over the months in which models were created, with its slope a year.
-- inputs: trend_tests
select
    trend_measure,
    trend,
    slope_per_year,
    slope_per_year_low95,
    slope_per_year_high95,
    kendall_tau,
    autocorrelation,
    trend_p_adjusted,
    n_months,
    trend_reason
from trend_tests
where trend_group = 'all'
order by trend_measure
