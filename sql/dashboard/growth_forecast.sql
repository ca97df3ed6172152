-- question: How many children will the fastest growing bases gain in half a year?
-- grain: one base model with a forecast
-- page: growth
-- place: 1
-- chart: intervals
-- x: base
-- y: predicted_children_180d
-- low: predicted_children_180d_low95
-- high: predicted_children_180d_high95
-- unit: declared children after 180 days
-- n: sum n_dated_children: children
-- method: The citation law of immediacy, longevity and fitness, fitted to the dates of children (docs/growth.md).
-- beware: On real data the intervals held the truth in 79 of 100 cases, not 95: read them as narrow. Mass uploads are left out.
select
    g.model_id as base, g.n_dated_children, g.predicted_children_180d, g.predicted_children_180d_low95,
    g.predicted_children_180d_high95, g.r2
from growth_fits g
where g.predicted_children_180d is not null and not g.is_mass_upload
order by g.predicted_children_180d - g.n_dated_children desc, g.model_id
limit 20
