-- question: Does the law miss anything it should have seen?
-- grain: one fitted loss against one of parameters, tokens and tokens per parameter
-- page: scaling
-- place: 6
-- chart: law residuals
-- x: position
-- y: residual_percent
-- unit: per cent of the loss: measured over fitted, less one
-- n: max n_fitted_losses: fitted losses
-- method: Each loss over what the fitted law makes of it; a saddle means the wrong form (docs/scaling.md).
-- beware: Shown is one series, named in the numbers: the one with the fewest warnings and the most sizes; hubtree scaling plot draws any.
-- shown: 12
with chosen as (
    select * from scaling_fits
    where law = 'chinchilla' and fit_refusal is null
    order by len(fit_warnings), n_fitted_sizes desc, n_fitted_losses desc, source_name, series, eval_set
    limit 1
),

residuals as (
    select c.source_name as source, c.series, c.eval_set, c.n_fitted_losses, r.loss_number, r.parameter_count, r.token_count,
        100 * (r.loss / r.fitted_loss - 1) as residual_percent
    from scaling_residuals r
    join chosen c on c.fit_id = r.fit_id
),

panels as (
    select 1 as place, 'parameters' as axis, parameter_count as position, * from residuals
    union all
    select 2 as place, 'tokens' as axis, token_count as position, * from residuals
    union all
    select 3 as place, 'tokens per parameter' as axis, token_count / parameter_count as position, * from residuals
)

select source, series, eval_set, axis, position, residual_percent, n_fitted_losses
from panels
order by place, loss_number
