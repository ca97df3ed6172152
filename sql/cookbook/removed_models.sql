-- question: Which models vanished from the hub, and what hung on them?
-- grain: one model that is gone
-- columns: model_id, removed_at, last_seen_at, n_children, n_descendants, downloads_30d, license_id
-- beware: Gone means missing from two complete listings; a model made private looks the same as a deleted one.
select model_id, removed_at, last_seen_at, n_children, n_descendants, downloads_30d, license_id
from models
where removed_at is not null
order by n_descendants desc, removed_at desc, model_id
limit 100
