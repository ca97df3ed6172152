-- grain: one vertex
-- key: vertex
-- description: Before the first round every vertex is a component of its own.
-- inputs: vertices
select vertex, vertex as component
from vertices
