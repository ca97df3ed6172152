-- question: On which benchmarks are models measured, and by whom?
-- grain: one protocol
-- page: evaluations
-- place: 1
-- chart: none
-- unit: scores
-- n: sum n_scores: scores
-- method: A protocol is benchmark, split, shots, prompt and metric together; scores compare within one alone (docs/evaluations.md).
-- shown: 40
-- search: yes
select
    benchmark, metric, protocol_id, min(evaluation_source) as told_by, count(*) as n_scores, count(distinct model_ref) as n_models,
    median(value) as median_score, max(value) as highest_score
from evaluations
group by benchmark, metric, protocol_id
order by n_scores desc, benchmark, metric, protocol_id
limit 300
