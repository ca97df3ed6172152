-- question: Did models change, or do newer models differ?
-- grain: one baseline day and measure
-- columns: baseline_at, cohort_measure, n_repeated, n_newcomers, before_share, within_change, within_change_low95,
--   within_change_high95, cohort_difference, cohort_difference_low95, cohort_difference_high95
-- beware: Tags that the hub began to write between the observations count as change; see docs/trends.md.
select
    baseline_at,
    cohort_measure,
    n_repeated,
    n_newcomers,
    before_share,
    within_change,
    within_change_low95,
    within_change_high95,
    cohort_difference,
    cohort_difference_low95,
    cohort_difference_high95
from cohort_effects
order by baseline_at, cohort_measure
