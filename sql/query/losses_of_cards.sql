-- grain: one loss that a model's card states
-- key: source_name, source_file, source_row, eval_set
-- description: The published losses that no import brought, under the names that fits know.
-- inputs: losses
select
    series, run_id, model_ref, parameter_count, non_embedding_parameter_count, parameter_definition, token_count,
    unique_token_count, epochs, compute_flop, model_width as width, model_depth as depth, step, seed, schedule, eval_set,
    tokenizer, loss, log_base, is_final, broken_columns, source_name, source_file, source_row
from losses
where loss_source <> 'import'
order by source_name, source_file, source_row, eval_set
