-- grain: one accepted edge whose parent is listed
-- key: parent_id, child_id
-- description: Edges as drift takes them. Exact ones are claimed by a tag, letter for letter: those of the paper's protocol.
-- inputs: edges, models
select
    e.parent_id,
    e.child_id,
    e.relation,
    p.family_id,
    list_contains(e.evidence_sources, 'tag') and not e.is_repaired as is_exact,
    e.is_cut
from edges e
join models p on p.model_id = e.parent_id
where e.is_parent_listed
order by e.parent_id, e.child_id
