-- grain: one vertex with a neighbour
-- key: vertex
-- description: A vertex points to its smallest neighbour where that is smaller, else to itself.
-- inputs: linked
select vertex, least(vertex, min(neighbour)) as pointer, vertex > min(neighbour) as is_moved
from linked
group by vertex
