-- question: How sharply do the losses tell each parameter of the law?
-- grain: one value of one parameter
-- page: scaling
-- place: 8
-- chart: law profiles
-- x: parameter_value
-- y: likelihood_ratio
-- unit: likelihood ratio, over the parameter in its own unit
-- n: max n_fitted_losses: fitted losses
-- method: All other parameters at their best; the 95 % interval ends at 3.84, the dashed line (Venzon and Moolgavkar 1988; docs/scaling.md).
-- beware: Shown is one series, named in the numbers: the one with the fewest warnings and the most sizes; hubtree scaling plot draws any.
-- shown: 12
with chosen as (
    select * from scaling_fits
    where law = 'chinchilla' and fit_refusal is null
    order by len(fit_warnings), n_fitted_sizes desc, n_fitted_losses desc, source_name, series, eval_set
    limit 1
)

select c.source_name as source, c.series, c.eval_set, p.fit_parameter as parameter, p.parameter_value, p.likelihood_fall as likelihood_ratio,
    c.n_fitted_losses
from scaling_profiles p
join chosen c on c.fit_id = p.fit_id
order by list_position(['E', 'A', 'B', 'alpha', 'beta'], p.fit_parameter), p.value_number
