-- question: How many models were created each month, and how many of them name a parent?
-- grain: one month of creation
-- columns: created_month, n_models, n_with_parents, with_parents_share
-- beware: Models deleted before the first look are not there, so old months are counted too low; the last month is not over.
select
    cast(date_trunc('month', created_at) as date) as created_month,
    count(*) as n_models,
    count(*) filter (where n_parents > 0) as n_with_parents,
    count(*) filter (where n_parents > 0) / count(*) as with_parents_share
from models
where created_at is not null and not is_created_at_floor
group by created_month
order by created_month
