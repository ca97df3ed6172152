-- grain: one landed score of the newest import of its file
-- key: file_rank, row_number
-- description: A file of a source that is imported again replaces what was landed of it before; reason says why a score can't be true.
-- inputs: landing_evaluations, landing_runs
with files as (
    select
        landing_file, source_name, source_file, max(observed_at) as observed_at,
        regexp_extract(landing_file, '^(.*)-[0-9]+-[0-9a-f]+[.]parquet$', 1) as import_id
    from landing_evaluations
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
    r.file_rank,
    r.row_number,
    case
        when r.value is null or not isfinite(r.value) then 'score is no finite number'
        when r.metric_kind in ('accuracy', 'probability') and r.value not between 0 and 1 then 'score is no share between 0 and 1'
        when r.metric_kind = 'log_probability' and r.value > 0 then 'logarithm of a probability is above 0'
        when r.parameter_count <= 0 or not isfinite(r.parameter_count) then 'parameter_count is not positive'
        when r.compute_flop <= 0 or not isfinite(r.compute_flop) then 'compute_flop is not positive'
    end as reason
from landing_evaluations r
join files f on f.landing_file = r.landing_file and f.source_name = r.source_name and f.source_file = r.source_file
join newest n on n.source_name = f.source_name and n.source_file = f.source_file and n.import_id = f.import_id
order by r.file_rank, r.row_number
