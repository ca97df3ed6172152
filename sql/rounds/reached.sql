-- grain: one head of a piece that a root has been followed to
-- key: head
-- description: The longest and the shortest way from a root, after one more step from merge to merge.
-- inputs: reached_before, joined
with arrived as (
    select j.tip as head, max(r.longest + j.step) as longest, min(r.shortest + j.step) as shortest
    from joined j
    join reached_before r on r.head = j.tail
    group by j.tip
)

select r.head, r.longest, r.shortest, false as is_moved
from reached_before r
left join arrived a on a.head = r.head
where a.head is null

union all

select
    a.head, a.longest, a.shortest,
    r.head is null or a.longest <> r.longest or a.shortest <> r.shortest as is_moved
from arrived a
left join reached_before r on r.head = a.head
