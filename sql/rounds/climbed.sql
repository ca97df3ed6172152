-- grain: one vertex
-- key: vertex
-- description: Heads looked up twice as far, with the way to them; they stand still when each is the head of a piece.
-- inputs: hung
select v.vertex, h.head, v.distance + h.distance as distance, h.head <> v.head as is_moved, v.is_merge
from hung v
join hung h on h.vertex = v.head
