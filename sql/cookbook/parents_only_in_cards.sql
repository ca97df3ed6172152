-- question: Which parents are named in the card alone, and with which words?
-- grain: one claim of a card whose pair nothing declares
-- columns: child_id, parent_id, relation, rule, confidence, is_accepted, excerpt
-- beware: Claims that are not accepted make no edge: their source is unsure, or the model declares other parents.
select c.child_id, c.parent_id, c.relation, c.rule, c.confidence, c.is_accepted, c.excerpt
from parent_claims c
left join edges e on e.parent_id = c.parent_id and e.child_id = c.child_id
where c.evidence in ('card_text', 'merge_config') and c.resolution not in ('self', 'rejected')
    and not coalesce(e.is_declared, false)
order by c.child_id, c.parent_id, c.evidence, c.rule, c.relation
limit 200
