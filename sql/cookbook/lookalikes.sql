-- question: Which models look like copies of others?
-- grain: one model and rule
-- columns: model_id, other_id, likeness_rule, confidence, n_alike, is_linked, downloads_30d
-- beware: Hints, not findings: the older of the two need not be the original, and a declared copy (is_linked) hides nothing.
select k.model_id, k.other_id, k.likeness_rule, k.confidence, k.n_alike, k.is_linked, m.downloads_30d
from lookalikes k
join models m on m.model_id = k.model_id
order by k.confidence desc, m.downloads_30d desc nulls last, k.model_id
limit 100
