-- grain: one model of whose files something is known
-- key: model_number
-- description: Whether a repository holds weights, by the hub's own reading of weight files (safetensors, gguf) or by the names
--   of its files. What a training leaves beside weights (optimizer, arguments) is none. Null where names tell nothing
--   either way; archives and pickled arrays are such names. parameter_count is what the safetensors header says.
-- inputs: landing_records, latest
with known as (
    select
        l.model_number,
        try_cast(json_extract(o.safetensors, '$.total') as bigint) as parameter_count,
        o.safetensors is not null or o.gguf is not null as is_told,
        o.siblings is not null and starts_with(o.siblings, '[') as has_names,
        case when o.siblings <> '[]' then o.siblings end as siblings
    from landing_records o
    join latest l on l.landing_kind = o.landing_kind and l.file_rank = o.file_rank and l.row_number = o.row_number
    where o.siblings is not null or o.safetensors is not null or o.gguf is not null
),

named as (
    select
        model_number,
        parameter_count,
        is_told,
        has_names,
        siblings is null as is_empty,
        -- Names of files as the API writes them, and as the client prints them in dumps.
        list_transform(
            regexp_extract_all(siblings, 'rfilename(?:"\s*:\s*"|=''|=\\")([^"''\\]+)', 1), lambda f: lower(f)
        ) as files
    from known
),

sorted as (
    select
        model_number,
        parameter_count,
        is_told or coalesce(
            len(
                list_filter(
                    files,
                    lambda f: regexp_matches(
                        f,
                        '\.(safetensors|gguf|ggml|bin|pt|pth|ckpt|onnx|h5|hdf5|keras|msgpack|tflite|nemo|mlmodel|pdparams|pdmodel'
                        || '|llamafile|ot|caffemodel|joblib|skops|litertlm)$'
                    )
                    and not regexp_matches(f, '(^|/)(training_args|optimizer|scheduler|scaler|rng_state|trainer_state)[^/]*$')
                )
            ) > 0,
            false
        ) as has_weight_file,
        has_names
            and (is_empty or (
                len(files) > 0
                and len(
                    list_filter(
                        files,
                        lambda f: not regexp_matches(
                            f,
                            '(^|/)(\.gitattributes|\.gitignore|\.gitkeep|licen[cs]e|notice|readme)$'
                            || '|\.(md|txt|json|jsonl|ya?ml|toml|cfg|ini|csv|tsv|py|ipynb|sh|html|css|js|pdf'
                            || '|png|jpe?g|gif|webp|svg|mp4|wav|mp3|log)$'
                            || '|(^|/)(training_args|optimizer|scheduler|scaler|rng_state|trainer_state)[^/]*$'
                        )
                    )
                ) = 0
            )) as is_shell
    from named
)

select
    model_number,
    parameter_count,
    case when has_weight_file then true when is_shell then false end as has_weights,
    case when not has_weight_file and not is_shell then 'file_types_unknown' end as weights_reason
from sorted
order by model_number
