-- question: Do cards grow shorter, emptier and more alike to templates from parent to child, and by which relation?
-- grain: one measure of cards in one relation scope
-- columns: relation_scope, card_measure, n_pairs, parent_mean, child_mean, mean_change, low95, high95, direction
-- beware: Cards as they are now, families as units of the interval; direction is told only where the interval leaves out 0.
select
    relation_scope,
    card_measure,
    n_pairs,
    round(parent_mean, 4) as parent_mean,
    round(child_mean, 4) as child_mean,
    round(mean_change, 4) as mean_change,
    round(mean_change_low95, 4) as low95,
    round(mean_change_high95, 4) as high95,
    case when mean_change_low95 > 0 then 'rises' when mean_change_high95 < 0 then 'falls' end as direction
from card_drift
order by relation_scope, card_measure
