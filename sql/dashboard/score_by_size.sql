-- question: How do scores grow with size, and which models are ahead of their size?
-- grain: one model in the protocol with the most models of known size
-- page: evaluations
-- place: 2
-- chart: points
-- x: billion_parameters
-- y: score
-- color: front
-- unit: score
-- n: rows: models
-- method: The best score of each model in one protocol; ahead means that no smaller model has as high a score (docs/evaluations.md).
-- beware: Scores beyond the protocol do not compare; large models measured by others may be missing.
-- shown: 15
with sized as (
    select protocol_id, model_ref, max(value) as score, min(parameter_count) as parameter_count
    from evaluations
    where parameter_count > 0 and is_higher_better
    group by protocol_id, model_ref
),

widest as (
    select protocol_id
    from sized
    group by protocol_id
    order by count(*) desc, protocol_id
    limit 1
),

ahead as (
    select
        s.*,
        max(s.score) over (
            order by s.parameter_count, s.score desc, s.model_ref rows between unbounded preceding and 1 preceding
        ) as best_of_smaller
    from sized s
    where s.protocol_id in (select protocol_id from widest)
)

select
    model_ref as model, round(parameter_count / 1e9, 3) as billion_parameters, score,
    case when best_of_smaller is null or score > best_of_smaller then 'ahead of its size' else 'not' end as front,
    protocol_id
from ahead
order by front, score desc, model
limit 1500
