-- grain: one vertex and one neighbour of it
-- key: vertex, neighbour
-- description: Links between vertices, seen from both ends; a vertex is no neighbour of itself.
-- inputs: links
select tail as vertex, tip as neighbour
from links
where tail <> tip

union

select tip as vertex, tail as neighbour
from links
where tail <> tip
