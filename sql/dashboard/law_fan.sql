-- question: Was the largest model's loss foreseen?
-- grain: one point of a forecast, or a measured loss
-- page: scaling
-- place: 7
-- chart: law fan
-- x: compute_flop
-- y: loss
-- unit: loss in nats, over training compute in FLOP
-- n: max n_fitted_losses: losses
-- method: The law is fitted without the largest model; bands hold 50 and 95 % of the replicates of that fit (docs/scaling.md).
-- beware: Shown is one series, named in the numbers: the one with the fewest warnings and the most sizes; hubtree scaling plot draws any.
-- shown: 12
with chosen as (
    select * from scaling_fits
    where law = 'chinchilla' and fit_refusal is null and held_out_are is not null
    order by len(fit_warnings), n_fitted_sizes desc, n_fitted_losses desc, source_name, series, eval_set
    limit 1
),

measured as (
    select r.*, round(ln(parameter_count), 2) = max(round(ln(parameter_count), 2)) over () as is_largest
    from scaling_residuals r
    join chosen c on c.fit_id = r.fit_id
),

points as (
    select 'forecast' as part, f.compute_flop, predicted_loss as loss, predicted_loss_low95 as low95,
        predicted_loss_low50 as low50, predicted_loss_high50 as high50, predicted_loss_high95 as high95
    from scaling_fans f
    join chosen c on c.fit_id = f.fit_id

    union all

    select case when is_largest then 'held out' else 'fitted' end as part, compute_flop, loss, null::double as low95,
        null::double as low50, null::double as high50, null::double as high95
    from measured
)

select c.source_name as source, c.series, c.eval_set, p.part, p.compute_flop, p.loss, p.low95, p.low50, p.high50, p.high95,
    c.n_fitted_losses
from points p, chosen c
order by p.part, p.compute_flop, p.loss
