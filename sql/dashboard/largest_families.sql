-- question: Which families are the largest?
-- grain: one family of scope no_merges
-- page: families
-- place: 1
-- chart: none
-- unit: models
-- n: sum n_models: models in the families listed
-- method: A family is a weak component of the accepted edges without merges, named after its root (docs/lineage.md).
-- beware: The first names open an expandable tree; hubtree tree draws every family.
-- shown: 1000
-- search: yes
select f.root_id as family, f.n_models, f.depth, f.n_leaves, m.license_id as root_license, cast(f.first_created_at as date) as first_child,
    cast(f.last_created_at as date) as last_child
from families f
left join models m on m.model_id = f.root_id
where f.family_scope = 'no_merges'
order by f.n_models desc, f.root_id
limit 1000
