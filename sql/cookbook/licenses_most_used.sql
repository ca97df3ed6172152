-- question: Which licences are declared most often, and how much are their models downloaded?
-- grain: one declared licence id
-- columns: license_id, license_spdx, license_class, n_models, downloads_30d
-- beware: Models that declare several licences are left out; downloads are those of the 30 days before the last look.
select
    license_id,
    min(license_spdx) as license_spdx,
    min(license_class) as license_class,
    count(*) as n_models,
    cast(sum(downloads_30d) as bigint) as downloads_30d
from models
where license_id is not null
group by license_id
order by n_models desc, license_id
limit 50
