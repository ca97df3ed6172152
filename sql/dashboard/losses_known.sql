-- question: Which published losses are there to fit laws to?
-- grain: one series of one source
-- page: scaling
-- place: 1
-- chart: none
-- unit: observations
-- n: sum n_observations: observations
-- method: Losses as their sources publish them, with impossible rows set aside (docs/losses.md).
-- shown: 60
-- search: yes
select
    source_name as source, series, count(*) as n_observations, count(distinct parameter_count) as n_sizes,
    min(parameter_count) as smallest_n, max(parameter_count) as largest_n, max(token_count) as most_tokens,
    min(loss) as lowest_loss, max(loss) as highest_loss
from losses
group by source_name, series
order by n_observations desc, source, series
