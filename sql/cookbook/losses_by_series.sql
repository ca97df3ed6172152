-- question: Which series of losses are there to fit, and how far do they reach?
-- grain: one source, series and evaluation set
-- columns: source_name, series, eval_set, n_losses, n_sizes, smallest_parameters, largest_parameters, largest_tokens, lowest_loss
-- beware: Fewer than three sizes identify no exponent; a range of less than a decade hardly does. Compare within one row only.
select
    source_name,
    series,
    eval_set,
    count(*) as n_losses,
    count(distinct parameter_count) as n_sizes,
    min(parameter_count) as smallest_parameters,
    max(parameter_count) as largest_parameters,
    max(token_count) as largest_tokens,
    min(loss) as lowest_loss
from losses
group by source_name, series, eval_set
order by n_losses desc, source_name, series, eval_set
