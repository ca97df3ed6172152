-- grain: one visit of a card whose model is known
-- key: landing_file, row_number
-- description: Visits joined to the present model: by the hub's own key, else by name, else by the name they were sent on to.
-- inputs: landing_cards, latest
select
    coalesce(o.model_id, n.model_id, r.model_id) as model_id,
    c.landing_file,
    c.file_rank,
    c.row_number,
    c.visit_status,
    coalesce(c.card_sha, case when c.visit_status = 'not_modified' then c.etag end) as card_sha,
    c.n_bytes,
    coalesce(c.is_truncated, false) as is_truncated,
    c.content is not null as has_content,
    c.observed_at
from landing_cards c
left join latest o on o.entity_id = c.hub_object_id
left join latest n on lower(n.model_id) = lower(c.model_id)
left join latest r on lower(r.model_id) = lower(c.renamed_to)
where coalesce(o.model_id, n.model_id, r.model_id) is not null
order by c.file_rank, c.row_number
