-- grain: one accepted pair of the hub
-- key: parent_id, child_id
-- description: Who is joined to whom, edges cut to break a cycle left out; walked as arrays by what asks for relatives.
-- inputs: edges
select parent_id, child_id
from edges
where not is_cut
order by parent_id, child_id
