-- question: How many models changed what they declare between two observations, and how?
-- grain: one trait and kind of change
-- columns: trait, change_kind, n_changes, n_models
-- beware: Only models observed at several times can be seen to change; list_event and repaired are no drift.
select trait, change_kind, count(*) as n_changes, count(distinct model_id) as n_models
from trait_changes
group by trait, change_kind
order by trait, n_changes desc, change_kind
