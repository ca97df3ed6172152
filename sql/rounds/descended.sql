-- grain: one vertex
-- key: vertex
-- description: The longest way from a root to each vertex (depth) and the shortest (generation), in edges.
-- inputs: hung, reached
select h.vertex, r.longest + h.distance as depth, r.shortest + h.distance as generation
from hung h
join reached r on r.head = h.head
order by h.vertex
