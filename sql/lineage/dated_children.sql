-- grain: one accepted edge from a known model to a child of known birth
-- key: parent_id, child_id
-- description: When each base's children came. Cut edges are left out, and children that are older than their parent.
-- inputs: edges, models
select
    e.parent_id,
    p.created_at as parent_created_at,
    not p.is_created_at_floor as is_parent_birth_known,
    e.child_id,
    c.created_at as child_created_at,
    c.author as child_author,
    c.family_id
from edges e
join models p on p.model_id = e.parent_id
join models c on c.model_id = e.child_id
where
    not e.is_cut
    and not c.is_created_at_floor
    and c.created_at >= p.created_at
order by e.parent_id, c.created_at, e.child_id
