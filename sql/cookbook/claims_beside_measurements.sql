-- question: Do cards claim more than others measured, and why can't a claim be compared?
-- grain: one benchmark that was compared, or one reason why claims were not
-- columns: comparison_reason, benchmark_name, n_claims, n_models, mean_difference, median_difference, claims_more_share, n_beyond_error, n_doubted
-- beware: Differences in share points, claim less measurement. A claim may be copied from the leaderboard it is held against; read comparison_doubts.
select
    comparison_reason,
    case when comparison_reason is null then benchmark_name end as benchmark_name,
    count(*) as n_claims,
    count(distinct model_id) as n_models,
    round(avg(claimed_difference), 4) as mean_difference,
    round(median(claimed_difference), 4) as median_difference,
    round(avg((claimed_difference > 0)::int) filter (where comparison_reason is null), 4) as claims_more_share,
    count(*) filter (where is_beyond_error) as n_beyond_error,
    count(*) filter (where len(comparison_doubts) > 0) as n_doubted
from claimed_results
group by comparison_reason, case when comparison_reason is null then benchmark_name end
order by comparison_reason is not null, n_claims desc, comparison_reason, benchmark_name
