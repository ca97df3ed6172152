-- grain: one model whose architecture is told
-- key: model_number
-- description: Model type as the configuration says, else the GGUF header, else the one tag that is a known model type; several
--   such tags tell nothing.
-- inputs: landing_records, latest, code_architectures
with records as (
    select
        l.model_number,
        s.tags,
        coalesce(
            nullif(lower(trim(json_extract_string(s.config, '$.model_type'))), ''),
            nullif(lower(trim(json_extract_string(s.gguf, '$.architecture'))), '')
        ) as architecture
    from landing_records s
    join latest l on l.landing_kind = s.landing_kind and l.file_rank = s.file_rank and l.row_number = s.row_number
),

tagged as (
    select t.model_number, min(t.tag) as architecture
    from (select model_number, unnest(tags) as tag from records where architecture is null) t
    join code_architectures c on c.architecture = t.tag
    group by t.model_number
    having min(t.tag) = max(t.tag)
)

select model_number, architecture
from records
where architecture is not null

union all

select model_number, architecture
from tagged
