-- grain: one observation of a loss
-- key: source_name, source_file, source_row, eval_set
-- description: Imported losses that can be true, with the model of the hub that bears the source's name; columns that the
--   source's own rows contradict are empty. Losses that models' own cards state stand beside them under source_name hub.
-- inputs: landing_losses, loss_verdicts, latest, hub_losses
with models as (
    select lower(model_id) as folded_id, min(model_id) as model_id
    from latest
    group by lower(model_id)
)

select
    l.series,
    l.run_id,
    m.model_id,
    l.model_ref,
    l.parameter_count,
    l.non_embedding_parameter_count,
    l.parameter_definition,
    l.token_count,
    case when not list_contains(v.broken_columns, 'unique_token_count') then l.unique_token_count end as unique_token_count,
    l.epochs,
    case when not list_contains(v.broken_columns, 'compute_flop') then l.compute_flop end as compute_flop,
    l.width as model_width,
    l.depth as model_depth,
    l.step,
    l.seed,
    l.schedule,
    l.eval_set,
    l.tokenizer,
    l.loss,
    l.published_loss,
    l.log_base,
    v.is_final,
    v.broken_columns,
    'import' as loss_source,
    l.source_name,
    l.source_file,
    l.source_row,
    l.source_license,
    l.source_citation,
    l.source_url,
    l.observed_at
from landing_losses l
join loss_verdicts v on v.file_rank = l.file_rank and v.row_number = l.row_number
left join models m on m.folded_id = lower(l.model_ref)
where v.reason is null

union all

select
    series,
    model_id as run_id,
    model_id,
    model_id as model_ref,
    parameter_count::double as parameter_count,
    null::double as non_embedding_parameter_count,
    case when parameter_count is null then 'unknown' else 'with_embeddings' end as parameter_definition,
    token_count,
    null::double as unique_token_count,
    epochs,
    null::double as compute_flop,
    null::bigint as model_width,
    null::bigint as model_depth,
    step,
    null::bigint as seed,
    null::varchar as schedule,
    eval_set,
    null::varchar as tokenizer,
    loss,
    published_loss,
    log_base,
    is_final,
    []::varchar[] as broken_columns,
    loss_source,
    'hub' as source_name,
    model_id as source_file,
    source_row,
    null::varchar as source_license,
    null::varchar as source_citation,
    null::varchar as source_url,
    observed_at
from hub_losses
order by source_name, source_file, source_row, eval_set
