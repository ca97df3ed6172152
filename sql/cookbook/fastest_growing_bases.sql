-- question: Which bases are expected to gain most children in the next half-year?
-- grain: one base model that has a forecast
-- columns: model_id, n_dated_children, expected_gain, expected_gain_low95, expected_gain_high95, fitness, has_jump, is_mass_upload,
--   is_outlier, r2
-- beware: The interval takes the growth law for granted; where is_outlier holds, it does not describe the base. Only declared children.
select
    model_id,
    n_dated_children,
    predicted_children_180d - n_dated_children as expected_gain,
    predicted_children_180d_low95 - n_dated_children as expected_gain_low95,
    predicted_children_180d_high95 - n_dated_children as expected_gain_high95,
    fitness,
    has_jump,
    is_mass_upload,
    is_outlier,
    r2
from growth_fits
where predicted_children_180d is not null
order by expected_gain desc, model_id
limit 50
