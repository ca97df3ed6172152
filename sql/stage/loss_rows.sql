-- grain: one landed loss of the newest import of its file
-- key: file_rank, row_number
-- description: A file of a source that is imported again replaces what was landed of it before. Newest is the import that was
--   started last, then the one observed last.
-- inputs: landing_losses, landing_runs
with files as (
    select
        landing_file, source_name, source_file, max(observed_at) as observed_at,
        regexp_extract(landing_file, '^(.*)-[0-9]+-[0-9a-f]+[.]parquet$', 1) as import_id
    from landing_losses
    group by landing_file, source_name, source_file
),

imports as (
    select f.source_name, f.source_file, f.import_id, max(r.started_at) as started_at, max(f.observed_at) as observed_at
    from files f
    left join landing_runs r on r.run_id = f.import_id
    group by f.source_name, f.source_file, f.import_id
),

newest as (
    select source_name, source_file, import_id
    from imports
    qualify row_number() over (
        partition by source_name, source_file order by started_at desc nulls last, observed_at desc, import_id desc
    ) = 1
)

select
    r.landing_file, r.file_rank, r.row_number, r.source_name, r.source_file, r.source_row,
    r.series, r.run_id, r.model_ref, r.parameter_count, r.non_embedding_parameter_count, r.parameter_definition,
    r.token_count, r.unique_token_count, r.epochs, r.compute_flop, r.width, r.depth, r.step, r.seed, r.schedule,
    r.eval_set, r.tokenizer, r.loss, r.published_loss, r.log_base, r.is_final, r.misfits, r.observed_at
from landing_losses r
join files f on f.landing_file = r.landing_file and f.source_name = r.source_name and f.source_file = r.source_file
join newest n on n.source_name = f.source_name and n.source_file = f.source_file and n.import_id = f.import_id
order by r.file_rank, r.row_number
