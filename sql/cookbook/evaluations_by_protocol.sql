-- question: Which protocols have scores, of how many models, and how do they spread?
-- grain: one protocol
-- columns: protocol_id, metric_kind, n_models, n_of_hub, median_value, highest_value, median_stderr
-- beware: A high score may be that of a model trained on the benchmark; compare within one protocol alone.
select
    protocol_id,
    min(metric_kind) as metric_kind,
    count(distinct model_ref) as n_models,
    count(distinct model_id) as n_of_hub,
    median(value) as median_value,
    max(value) as highest_value,
    median(stderr) as median_stderr
from evaluations
group by protocol_id
order by n_models desc, protocol_id
