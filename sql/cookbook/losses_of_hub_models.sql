-- question: Which models of the hub have a published loss, and who says so?
-- grain: one model, evaluation set and source
-- columns: model_id, eval_set, tokenizer, parameter_count, loss, loss_source, source_name, source_license
-- beware: Losses compare only on one evaluation set with one tokenizer; this lists, it does not rank.
select
    model_id,
    eval_set,
    tokenizer,
    parameter_count,
    min(loss) as loss,
    loss_source,
    source_name,
    source_license
from losses
where model_id is not null and is_final
group by all
order by model_id, eval_set, source_name, tokenizer, parameter_count, loss_source, source_license
