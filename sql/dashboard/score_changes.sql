-- question: Do children score better than their parents?
-- grain: one relation and baseline, in the protocol with the most pairs
-- page: evaluations
-- place: 3
-- chart: intervals
-- x: comparison
-- y: score_change
-- low: low95
-- high: high95
-- unit: score of the child less that of the baseline
-- n: sum n_pairs: pairs
-- method: Scores of parent and child under the same protocol; intervals by resampling parents (docs/evaluations.md).
-- beware: Makers submit what turned out well: these are changes of submitted models, not of all.
select
    relation || ' vs ' || replace(baseline, '_', ' ') as comparison, score_change,
    coalesce(score_change_low95, score_change) as low95,
    coalesce(score_change_high95, score_change) as high95, n_pairs, improved_share, protocol_id
from score_changes
where protocol_id = (select protocol_id from score_changes group by protocol_id order by sum(n_pairs) desc, protocol_id limit 1)
order by comparison
