-- grain: one vertex
-- key: vertex
-- description: The smallest vertex of each vertex's connected component, once no link between components is left.
-- inputs: rooted
select vertex, component
from rooted
order by vertex
