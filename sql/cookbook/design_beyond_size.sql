-- question: Does knowing how a model was made predict its score better than its size alone?
-- grain: one protocol
-- columns: protocol_id, n_scored_models, n_scored_families, design_gain, design_gain_low95, design_gain_high95, shuffled_gain_largest
-- beware: A gain that shuffled features reach too is chance; size stands for scale, since few models tell their tokens.
select
    protocol_id, n_scored_models, n_scored_families, design_gain, design_gain_low95, design_gain_high95, shuffled_gain_largest
from design_gains
order by design_gain desc, protocol_id
