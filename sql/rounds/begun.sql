-- grain: one root
-- key: head
-- description: Roots are where descent begins.
-- inputs: hung
select head, 0::bigint as longest, 0::bigint as shortest, true as is_moved
from hung
where vertex = head and not is_merge
