-- question: How is compute best split between parameters and tokens?
-- grain: one point of a line of equal loss, of the best split of a budget, or a fitted loss
-- page: scaling
-- place: 5
-- chart: law contours
-- x: compute_flop
-- y: parameter_count
-- unit: parameters, over training compute in FLOP; lines are losses in nats
-- n: max n_fitted_losses: fitted losses
-- method: Lines of equal loss of the fitted law; the best split of each budget under C = 6ND, with the 95 % band of the bootstrap (docs/scaling.md).
-- beware: Shown is one series, named in the numbers: the one with the fewest warnings and the most sizes; hubtree scaling plot draws any.
-- shown: 12
with chosen as (
    select * from scaling_fits
    where law = 'chinchilla' and fit_refusal is null
    order by len(fit_warnings), n_fitted_sizes desc, n_fitted_losses desc, source_name, series, eval_set
    limit 1
),

span as (
    select min(r.compute_flop) as smallest, 10 * max(r.compute_flop) as largest, min(r.parameter_count) / 5 as lean,
        50 * max(r.parameter_count) as fat
    from scaling_residuals r
    join chosen c on c.fit_id = r.fit_id
    having count(*) > 0
),

budgets as (
    select step, smallest * pow(largest / smallest, step / 24) as compute_flop
    from span, (select unnest(range(25)) as step)
),

splits as (
    select b.compute_flop, pow(s.alpha * s.coefficient_a / (s.beta * s.coefficient_b), 1 / (s.alpha + s.beta))
            * pow(b.compute_flop / 6, s.beta / (s.alpha + s.beta)) as parameter_count
    from scaling_bootstrap s
    join chosen c on c.fit_id = s.fit_id
    cross join budgets b
),

bands as (
    select compute_flop, quantile_cont(parameter_count, 0.025) as low95, quantile_cont(parameter_count, 0.975) as high95
    from splits
    group by compute_flop
),

best as (
    select b.step, b.compute_flop, pow(alpha * coefficient_a / (beta * coefficient_b), 1 / (alpha + beta))
            * pow(b.compute_flop / 6, beta / (alpha + beta)) as parameter_count
    from budgets b, chosen
),

foretold as (
    select b.*, floor_e + coefficient_a / pow(parameter_count, alpha)
            + coefficient_b / pow(compute_flop / (6 * parameter_count), beta) as loss
    from best b, chosen
),

levels as (select distinct round(loss, 2) as loss from foretold where step % 3 = 0),

sizes as (select lean * pow(fat / lean, step / 120) as parameter_count from span, (select unnest(range(121)) as step)),

rests as (
    select loss, parameter_count, loss - floor_e - coefficient_a / pow(parameter_count, alpha) as rest, coefficient_b, beta
    from levels, sizes, chosen
),

points as (
    select 'equal loss' as part, loss, 6 * parameter_count * pow(coefficient_b / rest, 1 / beta) as compute_flop,
        parameter_count, null::double as low95, null::double as high95
    from rests
    where rest > 0

    union all

    select 'best split' as part, loss, compute_flop, parameter_count, low95, high95
    from foretold
    left join bands using (compute_flop)

    union all

    select 'fitted' as part, r.loss, r.compute_flop, r.parameter_count, null::double as low95, null::double as high95
    from scaling_residuals r
    join chosen c on c.fit_id = r.fit_id
)

select c.source_name as source, c.series, c.eval_set, p.part, p.loss, p.compute_flop, p.parameter_count, p.low95, p.high95,
    c.n_fitted_losses
from points p, chosen c, span s
where p.compute_flop between s.smallest and s.largest
order by p.part, p.loss, p.parameter_count, p.compute_flop
