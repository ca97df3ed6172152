-- grain: one trait after one more rule
-- key: trait, step_number
-- description: From the paper's protocol to the repaired one, rule by rule.
-- inputs: drift_steps
select trait, step_number, drift_step, n_declared_pairs as n_pairs, n_changed_pairs, mutation_rate
from drift_steps
order by trait, step_number
