-- grain: one model repository known as of the build
-- key: model_id
-- description: The newest observation of each model, with its declared traits and its place in the family trees.
-- inputs: landing_records, latest, removals, licenses_declared, languages_declared, architectures_declared,
--   card_visits, nodes, weights_held
with observed as (
    select
        landing_kind, file_rank, row_number, hub_object_id,
        case
            when try_cast(last_modified as timestamp) >= timestamp '1970-01-01' and try_cast(last_modified as timestamp) < timestamp '2200-01-01'
            then try_cast(last_modified as timestamp)
        end as last_modified_at,
        sha, downloads_30d, downloads_all_time, likes, pipeline_tag,
        library_name, gated, is_private, is_disabled, tags
    from landing_records
),

card_state as (
    select
        model_number,
        arg_max(visit_status, (observed_at, file_rank, row_number)) as card_status,
        arg_max(card_sha, (observed_at, file_rank, row_number))
            filter (where visit_status in ('full', 'not_modified', 'renamed')) as card_sha
    from card_visits
    group by model_number
)

select
    l.model_id,
    o.hub_object_id,
    nullif(left(l.model_id, greatest(strpos(l.model_id, '/') - 1, 0)), '') as author,
    l.created_at,
    l.created_at between timestamp '2022-03-02 23:29:04' and timestamp '2022-03-02 23:29:05.999999' as is_created_at_floor,
    o.last_modified_at,
    o.sha,
    case when o.downloads_30d >= 0 then o.downloads_30d end as downloads_30d,
    case when o.downloads_all_time >= 0 then o.downloads_all_time end as downloads_all_time,
    case when o.likes >= 0 then o.likes end as likes,
    o.pipeline_tag,
    o.library_name,
    d.license_id,
    coalesce(d.license_ids, []) as license_ids,
    d.license_spdx,
    d.license_class,
    case when d.model_number is null then 'absent' else d.license_reason end as license_reason,
    coalesce(g.languages, []) as languages,
    g.language_source,
    coalesce(g.n_languages, 0) as n_languages,
    g.is_english_only,
    a.architecture,
    case when w.parameter_count >= 0 then w.parameter_count end as parameter_count,
    w.has_weights,
    case when w.model_number is null then 'files_unknown' else w.weights_reason end as weights_reason,
    o.gated,
    o.is_private,
    o.is_disabled,
    coalesce(o.tags, []) as tags,
    coalesce(n.n_parents, 0)::bigint as n_parents,
    coalesce(n.n_children, 0)::bigint as n_children,
    case when n.model_number is null then 0 else n.n_descendants end::bigint as n_descendants,
    n.family_id,
    n.root_id,
    n.depth,
    n.generation,
    n.node_kind,
    s.card_sha,
    s.card_status,
    l.first_seen_at,
    l.last_seen_at,
    x.removed_at
from latest l
join observed o on o.landing_kind = l.landing_kind and o.file_rank = l.file_rank and o.row_number = l.row_number
left join licenses_declared d on d.model_number = l.model_number
left join languages_declared g on g.model_number = l.model_number
left join weights_held w on w.model_number = l.model_number
left join architectures_declared a on a.model_number = l.model_number
left join nodes n on n.model_number = l.model_number
left join card_state s on s.model_number = l.model_number
left join removals x on x.model_number = l.model_number
order by l.model_number
