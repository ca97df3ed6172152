-- question: Where do the sources, or what a model holds, contradict how it is said to have been made?
-- grain: one accepted pair whose relation is disputed
-- columns: parent_id, child_id, relation, relation_source, relations, relation_inferred, files_relation, evidence_sources
-- beware: relation is the one hubtree settled on; a dispute is shown, never settled by overwriting what was declared.
select
    e.parent_id,
    e.child_id,
    e.relation,
    e.relation_source,
    array_to_string(e.relations, ', ') as relations,
    e.relation_inferred,
    e.files_relation,
    array_to_string(e.evidence_sources, ', ') as evidence_sources
from edges e
where e.is_relation_disputed
order by e.parent_id, e.child_id
limit 100
