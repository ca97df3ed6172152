-- grain: one vertex that others point to and one such neighbour of it
-- key: vertex, neighbour
-- description: Links between the vertices that pointers end at: the next round's graph, with at most half of the vertices.
-- inputs: linked, pointed
select distinct p.pointer as vertex, q.pointer as neighbour
from linked l
join pointed p on p.vertex = l.vertex
join pointed q on q.vertex = l.neighbour
where p.pointer <> q.pointer
