-- grain: one accepted pair inside one of the asked families (scope no_merges)
-- key: family_id, parent_id, child_id
-- description: What the graph of a family shows of an edge: merges, edges cut to break a cycle, and parents that are a bare
--   word without an owner are left out, as where the family is found.
-- inputs: edges, models
select
    m.family_id, e.parent_id, e.child_id, e.relation, e.relation_source, e.relation_confidence, e.is_weight_inheriting,
    e.n_claims, e.is_declared, e.is_repaired, e.is_time_inverted, e.is_parent_listed
from edges e
join models m on m.model_id = e.child_id
where
    not e.is_cut
    and e.relation is distinct from 'merge'
    and (e.is_parent_listed or contains(e.parent_id, '/'))
    and m.family_id in (select unnest($family_ids::varchar[]))
order by m.family_id, e.parent_id, e.child_id
