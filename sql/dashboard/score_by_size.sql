-- question: How do scores grow with size, and which models are ahead of their size?
-- grain: one model in the protocol with the most models of known size
-- page: evaluations
-- place: 2
-- chart: points
-- x: billion_parameters
-- y: score
-- color: front
-- scale: log x
-- unit: score
-- n: rows: models
-- method: The best score of each model in one protocol; in front means that none as small and as old matches it (docs/evaluations.md).
-- beware: Being in front may be luck, or training on the benchmark; models without a size or date are left out of it.
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
)

select
    s.model_ref as model, round(s.parameter_count / 1e9, 3) as billion_parameters, s.score,
    case when f.model_ref is null then 'others' else 'in front' end as front, s.protocol_id
from sized s
left join score_fronts f on f.protocol_id = s.protocol_id and f.model_ref = s.model_ref
where s.protocol_id in (select protocol_id from widest)
order by front, score desc, model
limit 1500
