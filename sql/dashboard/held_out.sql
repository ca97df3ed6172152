-- question: Does the law foretell the largest model better than simple guesses?
-- grain: one fitted series
-- page: scaling
-- place: 3
-- chart: none
-- unit: absolute relative error of the loss
-- n: rows: fits
-- method: The law fitted without the largest model, beside the best loss seen and the last checkpoint as guesses (docs/scaling.md).
-- beware: Where a guess errs less than the law, the law is worth nothing there, and the column says so.
-- shown: 60
-- search: yes
select
    source_name as source, series, eval_set, law, held_out_are as law_errs, best_seen_are as best_seen_errs,
    last_checkpoint_are as last_checkpoint_errs,
    held_out_are <= least(coalesce(best_seen_are, 1e9), coalesce(last_checkpoint_are, 1e9)) as law_is_best,
    n_fitted_sizes, fit_warnings, fit_refusal
from scaling_fits
order by held_out_are nulls last, source, series, eval_set, law
