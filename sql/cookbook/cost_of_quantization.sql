-- question: What do quantized models lose against the model they were made from?
-- grain: one protocol
-- columns: protocol_id, n_pairs, score_change, score_change_low95, score_change_high95, clear_share
-- beware: Few quantized models are evaluated, and by the same protocol as their parent fewer still.
select protocol_id, n_pairs, score_change, score_change_low95, score_change_high95, clear_share
from score_changes
where relation = 'quantized' and baseline = 'parent'
order by n_pairs desc, protocol_id
