-- question: Does the hub become more English?
-- grain: one year of creation
-- columns: created_year, n_models, declared_share, english_only_share
-- beware: english_only_share is of the models that declare a language; models older than the field are not counted.
select
    year(created_at) as created_year,
    count(*) as n_models,
    count(is_english_only) / count(*) as declared_share,
    count(*) filter (where is_english_only) / nullif(count(is_english_only), 0) as english_only_share
from models
where created_at is not null and not is_created_at_floor
group by created_year
order by created_year
