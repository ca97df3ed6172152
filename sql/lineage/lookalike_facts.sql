-- grain: one model whose size or weight files are known
-- key: model_id
-- description: What betrays a copy: parameters as the safetensors header says, tags, and the SHA-256 of all weight files where
--   the hub told it for every one of them. Small or training-state files say nothing about the weights and are left out.
-- inputs: landing_records, latest
with observed as (
    select l.model_id, l.created_at, s.tags, try_cast(json_extract(s.safetensors, '$.total') as bigint) as parameter_count, s.siblings
    from landing_records s
    join latest l on l.landing_kind = s.landing_kind and l.file_rank = s.file_rank and l.row_number = s.row_number
    where s.safetensors is not null or contains(s.siblings, '"lfs"')
),

listed as (
    select model_id, unnest(json_extract(siblings, '$[*]')) as file
    from observed
    where contains(siblings, '"lfs"')
),

files as (
    select
        model_id,
        lower(json_extract_string(file, '$.rfilename')) as file_name,
        lower(json_extract_string(file, '$.lfs.sha256')) as sha256,
        try_cast(json_extract(file, '$.lfs.size') as bigint) as n_bytes
    from listed
),

weights as (
    select model_id, array_to_string(list_sort(list_distinct(list(sha256))), ' ') as weight_hashes
    from files
    where
        regexp_matches(file_name, '\.(safetensors|bin|gguf|ggml|pth?|ckpt|h5|onnx|msgpack)$')
        and not regexp_matches(file_name, '(optimizer|scheduler|training_args|rng_state|scaler)')
        and coalesce(n_bytes >= 1000000, true)
    group by model_id
    having count(*) = count(*) filter (where length(sha256) = 64)
)

select o.model_id, o.created_at, case when o.parameter_count > 0 then o.parameter_count end as parameter_count,
    coalesce(o.tags, []) as tags, w.weight_hashes
from observed o
left join weights w on w.model_id = o.model_id
where o.parameter_count > 0 or w.weight_hashes is not null
order by o.model_id
