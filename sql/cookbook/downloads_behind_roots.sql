-- question: How much of a base model's use happens through models made from it?
-- grain: one root with models below it
-- columns: root_id, n_models, root_downloads_30d, others_downloads_30d, others_share
-- beware: A model counts for one root, the one with most descendants; downloads of a file format's copies are not separate users.
with below as (
    select
        root_id,
        count(*) as n_models,
        cast(sum(downloads_30d) filter (where model_id = root_id) as bigint) as root_downloads_30d,
        cast(coalesce(sum(downloads_30d) filter (where model_id <> root_id), 0) as bigint) as others_downloads_30d
    from models
    where root_id is not null
    group by root_id
)

select
    root_id,
    n_models,
    root_downloads_30d,
    others_downloads_30d,
    others_downloads_30d / nullif(coalesce(root_downloads_30d, 0) + others_downloads_30d, 0) as others_share
from below
where n_models > 1
order by others_downloads_30d desc, root_id
limit 50
