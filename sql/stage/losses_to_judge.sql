-- grain: one landed loss of the newest import of its file
-- key: file_rank, row_number
-- description: What judging and fitting read of loss_rows, in its order: a million rows of everything would take a gigabyte.
-- inputs: loss_rows
select
    file_rank, row_number, series, run_id, model_ref, parameter_count, non_embedding_parameter_count, parameter_definition,
    token_count, unique_token_count, epochs, compute_flop, width, depth, step, seed, schedule, eval_set, tokenizer, loss, log_base, is_final,
    source_name, source_file, source_row
from loss_rows
order by file_rank, row_number
