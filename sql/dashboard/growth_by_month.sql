-- question: How many models are created each month, and how many of them name a parent?
-- grain: one month and kind of model
-- page: overview
-- place: 2
-- chart: lines
-- x: month
-- y: n_models
-- color: kind
-- unit: models created in the month
-- n: sum n_models: models with a known day of creation
-- method: Models by created_at; models older than that field, all dated at its start, are left out (docs/lineage.md).
-- beware: Models deleted before the first look are missing, so old months are too low; the last month may not be over.
select
    cast(date_trunc('month', created_at) as date) as month,
    case when n_parents > 0 then 'names a parent' else 'names none' end as kind,
    count(*) as n_models
from models
where created_at is not null and not is_created_at_floor
group by all
order by month, kind
