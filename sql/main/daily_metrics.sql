-- grain: one model and day of a recorded time series
-- key: model_id, observed_at
-- description: The newest landed row of each model and day.
-- inputs: landing_daily
select
    model_id,
    observed_at,
    downloads_30d,
    likes,
    pipeline_tag,
    gated,
    case
        when try_cast(last_modified as timestamp) >= timestamp '1970-01-01' and try_cast(last_modified as timestamp) < timestamp '2200-01-01'
        then try_cast(last_modified as timestamp)
    end as last_modified_at
from landing_daily
where model_id is not null and trim(model_id) <> ''
qualify row_number() over (partition by model_id, observed_at order by file_rank desc, row_number desc) = 1
order by model_id, observed_at
