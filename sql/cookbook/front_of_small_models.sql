-- question: Which models stand in front: none as small and as old scores as well?
-- grain: one model in one protocol
-- columns: protocol_id, known_at, parameter_count, model_ref, value
-- beware: One lucky score, or training on the benchmark, is enough to stand here.
select protocol_id, known_at, parameter_count, model_ref, value
from score_fronts
order by protocol_id, known_at, parameter_count, model_ref
