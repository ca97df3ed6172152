-- question: How do scores change from parent to child, by relation, under one and the same protocol?
-- grain: one relation and protocol
-- columns: relation, protocol_id, n_pairs, median_change, improved_share
-- beware: Only pairs whose both ends were scored; makers submit what turned out well. A change below twice its error may be noise.
with scores as materialized (
    select model_id, protocol_id, avg(value) as value
    from evaluations
    where model_id is not null and is_higher_better
    group by model_id, protocol_id
),

-- Parents first, by themselves: joined by protocol first, every model scored under it would meet every other.
parents as materialized (
    select e.relation, e.child_id, p.protocol_id, p.value
    from edges e
    join scores p on p.model_id = e.parent_id
    where not e.is_cut
)

select
    p.relation,
    p.protocol_id,
    count(*) as n_pairs,
    median(c.value - p.value) as median_change,
    avg((c.value > p.value)::int) as improved_share
from parents p
join scores c on c.model_id = p.child_id and c.protocol_id = p.protocol_id
group by p.relation, p.protocol_id
order by n_pairs desc, p.relation, p.protocol_id
