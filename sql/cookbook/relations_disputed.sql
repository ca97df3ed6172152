-- question: Where do the sources disagree on how a child was made from its parent?
-- grain: one accepted pair with several declared relations
-- columns: parent_id, child_id, relation, relations, evidence_sources
-- beware: relation is the one hubtree settled on; relations holds all that were declared.
select
    e.parent_id,
    e.child_id,
    e.relation,
    array_to_string(e.relations, ', ') as relations,
    array_to_string(e.evidence_sources, ', ') as evidence_sources
from edges e
where len(e.relations) > 1
order by e.parent_id, e.child_id
limit 100
