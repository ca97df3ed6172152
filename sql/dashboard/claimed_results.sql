-- question: Do cards claim more than others measured?
-- grain: one benchmark that was compared, or one reason why claims were not
-- page: evaluations
-- place: 4
-- chart: none
-- unit: score as a share; claim less measurement
-- n: sum n_claims: claims
-- method: Units made equal, metric and shots matched where both are told (docs/evaluations.md). Above 0 the card claims more.
-- beware: A claim may be copied from the leaderboard it is held against.
select
    coalesce(case when comparison_reason is null then benchmark_name end, 'not compared: ' || replace(comparison_reason, '_', ' '))
        as compared_on,
    count(*) as n_claims, count(distinct model_id) as n_models,
    round(median(claimed_difference), 4) as median_difference, count(*) filter (where is_beyond_error) as n_beyond_error
from claimed_results
group by comparison_reason, case when comparison_reason is null then benchmark_name end
order by comparison_reason is not null, n_claims desc, compared_on
