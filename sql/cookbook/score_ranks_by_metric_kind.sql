-- question: How well does compute order scores, by kind of metric?
-- grain: one harness and kind of metric
-- columns: harness, metric_kind, n_protocols, median_rank_correlation, lowest_rank_correlation
-- beware: Kinds compare only within a harness that measures all of them on the same benchmarks.
select
    split_part(protocol_id, '/', 1) as harness,
    metric_kind,
    count(*) as n_protocols,
    median(rank_correlation) as median_rank_correlation,
    min(rank_correlation) as lowest_rank_correlation
from score_scaling
group by all
order by harness, median_rank_correlation desc, metric_kind
