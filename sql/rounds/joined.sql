-- grain: one descent into a merge, between the heads of two pieces
-- key: tail, tip, step
-- description: How far below the head of the parent's piece the merge comes.
-- inputs: hung, descents
select distinct p.head as tail, c.vertex as tip, p.distance + 1 as step
from descents d
join hung c on c.vertex = d.child and c.is_merge
join hung p on p.vertex = d.parent
