-- grain: one accepted parent-child pair
-- key: parent_id, child_id
-- description: The edge list for graph programs and statistics: each pair with what both ends declare.
-- inputs: edges, models
-- parent_license_id: Licence id that the parent declares; null where none or several are declared, or the parent is not listed.
-- child_license_id: Licence id that the child declares; null where none or several are declared.
-- parent_pipeline_tag: Task of the parent as the hub names it; null where none is set.
-- child_pipeline_tag: Task of the child as the hub names it; null where none is set.
-- parent_downloads_30d: Downloads of the parent in the last 30 days when last observed.
-- child_downloads_30d: Downloads of the child in the last 30 days when last observed.
-- parent_created_at: When the parent's repository was created (UTC); repositories older than the field carry 2022-03-02.
-- child_created_at: When the child's repository was created (UTC); repositories older than the field carry 2022-03-02.
-- child_family_id: Family of the child in scope no_merges; null for models without such edges.
select
    e.parent_id,
    e.child_id,
    e.relation,
    e.relation_source,
    e.is_parent_listed,
    e.is_repaired,
    e.is_cut,
    e.is_time_inverted,
    p.license_id as parent_license_id,
    c.license_id as child_license_id,
    p.pipeline_tag as parent_pipeline_tag,
    c.pipeline_tag as child_pipeline_tag,
    p.downloads_30d as parent_downloads_30d,
    c.downloads_30d as child_downloads_30d,
    p.created_at as parent_created_at,
    c.created_at as child_created_at,
    c.family_id as child_family_id
from edges e
join models c on c.model_id = e.child_id
left join models p on p.model_id = e.parent_id
order by e.parent_id, e.child_id
