-- grain: one landed record of kind listing or details
-- key: landing_kind, file_rank, row_number
-- description: Listing pages and detail answers hold the same kind of record; a view over both, never written.
-- inputs: landing_listing, landing_details
select
    'listing' as landing_kind, 0 as kind_rank,
    landing_file, file_rank, row_number, hub_object_id, model_id, author, sha, created_at, last_modified,
    is_private, is_disabled, gated, downloads_30d, downloads_all_time, likes, trending_score, used_storage_bytes,
    pipeline_tag, library_name, tags, card_data, base_models, children_model_count, safetensors, gguf, config,
    model_index, eval_results, siblings, extra, misfits, null_fields, raw, observed_at
from landing_listing
union all
select
    'details' as landing_kind, 1 as kind_rank,
    landing_file, file_rank, row_number, hub_object_id, model_id, author, sha, created_at, last_modified,
    is_private, is_disabled, gated, downloads_30d, downloads_all_time, likes, trending_score, used_storage_bytes,
    pipeline_tag, library_name, tags, card_data, base_models, children_model_count, safetensors, gguf, config,
    model_index, eval_results, siblings, extra, misfits, null_fields, raw, observed_at
from landing_details
