-- question: Which models name different parents in their tags, metadata, words and merge configurations?
-- grain: one model whose sources disagree
-- columns: child_id, disagreement, evidence_sources, parents_agreed, parents_disputed, relations_disputed
-- beware: A source that names no parent does not disagree; parent_claims holds what each source wrote, with its words.
select
    d.child_id,
    d.disagreement,
    array_to_string(d.evidence_sources, ', ') as evidence_sources,
    array_to_string(d.parents_agreed, ', ') as parents_agreed,
    array_to_string(d.parents_disputed, ', ') as parents_disputed,
    array_to_string(d.relations_disputed, ', ') as relations_disputed
from claim_disagreements d
order by d.child_id
limit 100
