-- grain: one vertex with a neighbour
-- key: vertex
-- description: Pointers looked up twice as far; they stand still when each points to a vertex that points to itself.
-- inputs: pointed
select p.vertex, q.pointer, q.pointer <> p.pointer as is_moved
from pointed p
join pointed q on q.vertex = p.pointer
