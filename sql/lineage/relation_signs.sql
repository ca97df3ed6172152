-- grain: one model that is the child of an accepted edge
-- key: child_id
-- description: What the landed record says of how the model was made: library, tags, name, files, configuration and card
--   metadata as yes or no. Only children are looked at. Where the files are unknown (a listing without them), the signs that
--   begin with has_..._file are null. What the signs mean is decided in pipelines/lineage/relation.py.
-- inputs: landing_listing, landing_details, latest, card_metadata, edge_children
with wanted as (
    select l.model_number, l.model_id, l.landing_kind, l.file_rank, l.row_number
    from latest l
    where l.model_id in (select child_id from edge_children)
),

records as (
    select w.model_number, w.model_id, s.library_name, s.tags, s.config, s.gguf, s.safetensors, s.siblings
    from landing_listing s
    join wanted w on w.landing_kind = 'listing' and w.file_rank = s.file_rank and w.row_number = s.row_number

    union all

    select w.model_number, w.model_id, s.library_name, s.tags, s.config, s.gguf, s.safetensors, s.siblings
    from landing_details s
    join wanted w on w.landing_kind = 'details' and w.file_rank = s.file_rank and w.row_number = s.row_number
),

named as (
    select
        r.model_number,
        r.model_id,
        lower(r.library_name) as library,
        lower(split_part(r.model_id, '/', -1)) as name,
        coalesce(r.tags, []) as tags,
        r.config,
        r.gguf,
        r.safetensors,
        -- Names of files as the API writes them, and as the client prints them in dumps.
        case
            when r.siblings is not null then regexp_extract_all(r.siblings, 'rfilename(?:"\s*:\s*"|=''|=\\")([^"''\\]+)', 1)
        end as files
    from records r
),

-- One pass over the tags taken apart: asking every list for every group of words anew takes three times as long.
tagged as (
    select
        model_number,
        bool_or(tag in ('lora', 'template:sd-lora', 'template:diffusion-lora')) as has_lora_tag,
        bool_or(tag in ('gguf', 'llama-cpp', 'gguf-my-repo', 'ggml', 'mlc-llm')) as has_gguf_tag,
        bool_or(tag = 'safetensors') as has_safetensors_tag,
        bool_or(tag in (
            '2-bit', '3-bit', '4-bit', '5-bit', '6-bit', '8-bit', '4bit', '8bit', 'gptq', 'awq', 'exl2', 'bitsandbytes',
            'aqlm', 'eetq', 'compressed-tensors', 'fbgemm_fp8', 'intel/auto-round', 'auto-round', 'quantized'
        )) as has_bits_tag,
        bool_or(tag in ('merge', 'mergekit', 'lazymergekit', 'frankenmerge', 'mergekit-moe')) as has_merge_tag,
        bool_or(tag in (
            'generated_from_trainer', 'generated_from_keras_callback', 'trl', 'sft', 'dpo', 'autotrain', 'axolotl',
            'llama-factory', 'alignment-handbook', 'unsloth'
        )) as has_trainer_tag
    from (select model_number, unnest(tags) as tag from records)
    group by model_number
),

weighed as (
    select
        n.*,
        regexp_matches(n.name, '(^|[-_.])(q?loras?|dora|adapters?|peft)([-_.]|$)') as has_adapter_name,
        list_filter(
            n.files,
            lambda f: regexp_matches(lower(f), '\.(safetensors|bin|pt|pth|ckpt|h5|msgpack|onnx)$')
                and not regexp_matches(
                    lower(f), '(^|/)(adapter_|training_args|optimizer|scheduler|rng_state)|checkpoint|lora|^runs/'
                )
        ) as full_weights
    from named n
)

select
    w.model_id as child_id,
    coalesce(w.library in ('peft', 'adapter-transformers', 'adapters'), false) as is_adapter_library,
    coalesce(w.library in ('gguf', 'llama.cpp', 'llamafile', 'mlc-llm', 'exllamav2', 'ctranslate2'), false)
        as is_quantized_library,
    w.library is null as is_library_unknown,
    coalesce(t.has_lora_tag, false) as has_lora_tag,
    coalesce(t.has_gguf_tag, false) or w.gguf is not null as has_gguf_sign,
    coalesce(t.has_safetensors_tag, false) or w.safetensors is not null as has_safetensors_sign,
    coalesce(t.has_bits_tag, false) as has_bits_tag,
    coalesce(json_type(w.config, '$.quantization_config') = 'OBJECT', false) as has_quantization_config,
    coalesce(json_type(c.metadata, '$.quantized_by') = 'VARCHAR', false) as has_quantized_by,
    coalesce(t.has_merge_tag, false) as has_merge_tag,
    coalesce(t.has_trainer_tag, false) as has_trainer_tag,
    regexp_matches(
        w.name,
        'gguf|(^|[-_.])(ggml|gptq|autogptq|awq|exl2|mlc|bnb|nf4|w[48]a(8|16))([-_.]|$)|[-_.]q[2-8]_[k01](_[sml])?($|[-_.])'
        || '|[-_.](bnb|awq|gptq|mlx|exl2)[-_.]?[2-8]-?bits?'
        || '|[-_.][348]-?bits?[-_.](awq|gptq|bnb|mlx|quantized|smashed|exl2)'
        || '|[-_.][468]bpw|[-_.][348]-?bits?$|[-_.]quanti[sz]ed$|[-_.]int[48]-ov$|[-_.]onnx([-_.]|$)'
    ) as has_quantized_name,
    w.has_adapter_name,
    -- Nothing but the name is known; asked only where the name matters, as taking the tags apart is dear.
    case
        when w.has_adapter_name and w.library is null and w.files is null
            then len(list_filter(w.tags, lambda t: not regexp_matches(t, '^(base_model|region|license):'))) = 0
        else false
    end as is_bare,
    regexp_matches(
        w.name, 'slerp|(^|[-_.])(ties|dare|franken\w*|merged?|passthrough|model_?stock|moe|\d+x\d+b)([-_.]|$)'
    ) as has_merge_name,
    list_has_any(w.files, ['adapter_config.json', 'adapter_model.safetensors', 'adapter_model.bin'])
        or len(list_filter(w.files, lambda f: regexp_matches(lower(f), 'lora[^/]*\.(safetensors|bin)$'))) > 0
        as has_adapter_file,
    len(list_filter(w.files, lambda f: ends_with(lower(f), '.gguf'))) > 0 as has_gguf_file,
    len(w.full_weights) > 0 as has_full_file
from weighed w
left join tagged t on t.model_number = w.model_number
left join card_metadata c on c.model_number = w.model_number
order by child_id
