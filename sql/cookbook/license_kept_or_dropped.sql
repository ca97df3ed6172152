-- question: How often do children keep their parent's licence, change it, or declare none?
-- grain: one relation between parent and child
-- columns: relation, n_edges, same_share, changed_share, dropped_share
-- beware: Parents with one declared licence only; children that declare several count as changed; relations may be inferred.
with pairs as (
    select
        e.relation,
        case
            when c.license_reason = 'absent' then 'dropped'
            when c.license_id = p.license_id then 'same'
            else 'changed'
        end as outcome
    from edges e
    join models p on p.model_id = e.parent_id
    join models c on c.model_id = e.child_id
    where p.license_id is not null
)

select
    relation,
    count(*) as n_edges,
    avg(case when outcome = 'same' then 1.0 else 0.0 end) as same_share,
    avg(case when outcome = 'changed' then 1.0 else 0.0 end) as changed_share,
    avg(case when outcome = 'dropped' then 1.0 else 0.0 end) as dropped_share
from pairs
group by relation
order by n_edges desc, relation
