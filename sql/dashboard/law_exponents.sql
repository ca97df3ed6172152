-- question: How does loss fall with parameters and with data?
-- grain: one fitted series and exponent
-- page: scaling
-- place: 2
-- chart: intervals
-- x: series
-- y: exponent
-- low: low95
-- high: high95
-- color: axis
-- unit: exponent of the law L = E + A/N^alpha + B/D^beta
-- n: sum n_fitted_losses: observations, counted once an exponent
-- method: Global optimum of the Huber loss on log residuals with bootstrap intervals (docs/scaling.md).
-- beware: Fits with warnings of identifiability are left out here; the table of forecasts has all.
-- shown: 40
with sound as (
    select *, source_name || ': ' || series as label
    from scaling_fits
    where fit_refusal is null and len(fit_warnings) = 0
)

select label as series, 'alpha (parameters)' as axis, alpha as exponent, coalesce(alpha_low95, alpha) as low95,
    coalesce(alpha_high95, alpha) as high95, n_fitted_losses, eval_set
from sound
where alpha is not null

union all

select label as series, 'beta (data)' as axis, beta as exponent, coalesce(beta_low95, beta) as low95,
    coalesce(beta_high95, beta) as high95, n_fitted_losses, eval_set
from sound
where beta is not null
order by series, eval_set, axis
