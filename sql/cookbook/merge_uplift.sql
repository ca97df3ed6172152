-- question: Do merges score better than their parents?
-- grain: one baseline and protocol
-- columns: baseline, protocol_id, n_pairs, score_change, score_change_low95, score_change_high95, improved_share
-- beware: Only merges and parents that were submitted; the best of several noisy parents is too high a bar on average.
select baseline, protocol_id, n_pairs, score_change, score_change_low95, score_change_high95, improved_share
from score_changes
where relation = 'merge'
order by n_pairs desc, baseline, protocol_id
