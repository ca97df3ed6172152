-- grain: one parent that models claim and that no listing holds
-- key: parent_id
-- description: Placeholders by how many models claim them, accepted claims alone, the most claimed first.
-- inputs: parent_claims
select parent_id, count(distinct child_id) as n_children
from parent_claims
where resolution = 'placeholder' and is_accepted
group by parent_id
order by n_children desc, parent_id
