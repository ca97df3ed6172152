-- question: By which methods are models merged, and of how many parents?
-- grain: one merge method
-- columns: merge_method, n_models, mean_parents, max_parents
-- beware: Only merges whose card shows a configuration are counted; donors of a tokenizer and unused bases are no parents.
with merges as (
    select r.child_id, min(r.merge_method) as merge_method, count(distinct lower(coalesce(r.parent_id, r.parent_ref))) as n_parents
    from merge_recipes r
    where r.role not in ('tokenizer', 'unused_base')
    group by r.child_id
)

select m.merge_method, count(*) as n_models, round(avg(m.n_parents), 2) as mean_parents, max(m.n_parents) as max_parents
from merges m
group by m.merge_method
order by n_models desc, m.merge_method
