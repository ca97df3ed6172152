-- grain: one vertex
-- key: vertex
-- description: The vertex that stands for each vertex's component after one more round.
-- inputs: rooted, pointed
select r.vertex, coalesce(p.pointer, r.component) as component
from rooted r
left join pointed p on p.vertex = r.component
