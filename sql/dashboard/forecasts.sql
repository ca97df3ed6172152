-- question: How close did forecasts of unseen large models come?
-- grain: one loss of a largest model
-- page: scaling
-- place: 4
-- chart: points
-- x: measured_loss
-- y: foretold_loss
-- color: source
-- unit: loss foretold
-- n: rows: losses of models that the fit did not see
-- method: Each fit is repeated without its largest model and asked for that model's losses (docs/scaling.md).
-- beware: At most 2,000 losses are drawn.
-- shown: 15
select f.source_name as source, f.series, p.loss as measured_loss, p.predicted_loss as foretold_loss, p.parameter_count, p.token_count
from scaling_predictions p
join scaling_fits f on f.fit_id = p.fit_id
order by source, f.series, p.fit_id, p.prediction_number
limit 2000
