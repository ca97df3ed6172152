-- question: What does this file hold?
-- grain: one count
-- page: overview
-- place: 1
-- chart: none
-- unit: rows
-- n: rows: counts
-- method: Counts of the published tables. A family is a component of accepted edges without merges (docs/lineage.md).
-- shown: 20
select 'models known' as what, count(*) as n from models where removed_at is null
union all
select 'models removed from the hub' as what, count(*) as n from models where removed_at is not null
union all
select 'models with a parent' as what, count(*) as n from models where n_parents > 0
union all
select 'parent claims' as what, count(*) as n from parent_claims
union all
select 'accepted edges' as what, count(*) as n from edges
union all
select 'families' as what, count(*) as n from families where family_scope = 'no_merges'
union all
select 'current cards' as what, count(*) as n from cards where is_current
union all
select 'records set aside' as what, count(*) as n from quarantine
order by n desc, what
