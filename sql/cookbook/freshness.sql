-- question: How old is the newest look at the hub, and how much of the hub was seen in it?
-- grain: one day on which models were last seen
-- columns: last_seen_day, n_models, models_share
-- beware: An incremental walk only meets models that changed, so the others keep an older day; only complete listings see all.
select
    cast(last_seen_at as date) as last_seen_day,
    count(*) as n_models,
    count(*) / sum(count(*)) over () as models_share
from models
where removed_at is null
group by last_seen_day
order by last_seen_day desc
limit 30
