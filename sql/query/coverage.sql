-- grain: the published file; one row
-- key: n_models
-- description: How fresh the file is, and of how many of the models that the hub had when last seen it knows what.
-- inputs: models, cards, runs
select
    count(model_id) as n_models,
    max(last_seen_at) as newest_observation_at,
    (select max(finished_at) from runs where is_complete_listing) as complete_listing_at,
    count(model_id) filter (where model_id in (select model_id from cards where is_current)) / greatest(count(model_id), 1) as card_share,
    count(license_id) / greatest(count(model_id), 1) as license_share,
    count(model_id) filter (where n_parents > 0) / greatest(count(model_id), 1) as parent_share
from models
where removed_at is null
order by n_models
