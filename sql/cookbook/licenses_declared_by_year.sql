-- question: Which share of the models created in a year declares a licence?
-- grain: one year of creation
-- columns: created_year, n_models, n_with_licence, licence_share
-- beware: Models older than the field are not counted (is_created_at_floor); cards may have been edited in later years.
select
    year(created_at) as created_year,
    count(*) as n_models,
    count(*) filter (where license_reason is distinct from 'absent') as n_with_licence,
    count(*) filter (where license_reason is distinct from 'absent') / count(*) as licence_share
from models
where created_at is not null and not is_created_at_floor
group by created_year
order by created_year
