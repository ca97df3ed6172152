-- question: How many models and tokens does a forecast need?
-- grain: one fit to the smallest so many models and the first share of their tokens
-- page: scaling
-- place: 9
-- chart: law errors
-- x: token_share
-- y: held_out_are
-- unit: per cent of the largest model's loss, by models and share of tokens fitted
-- n: max n_fitted_losses: losses
-- method: Each fit is asked for the last 30 % of the largest model, which none has seen (Choshen et al. 2024; docs/scaling.md). Lines stand at 5, 10 and 15 %.
-- beware: Shown is one series, named in the numbers: the one with the fewest warnings and the most sizes; hubtree scaling plot draws any.
-- shown: 12
with chosen as (
    select * from scaling_fits
    where law = 'chinchilla' and fit_refusal is null and fit_id in (select fit_id from scaling_windows where token_share < 1)
    order by len(fit_warnings), n_fitted_sizes desc, n_fitted_losses desc, source_name, series, eval_set
    limit 1
)

select c.source_name as source, c.series, c.eval_set, w.n_window_sizes as n_models, w.token_share, w.held_out_are, c.n_fitted_losses
from scaling_windows w
join chosen c on c.fit_id = w.fit_id
order by w.n_window_sizes, w.token_share
