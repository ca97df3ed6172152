-- question: Where does the knowledge of parents come from, and how was it resolved?
-- grain: one kind of evidence and resolution
-- page: families
-- place: 5
-- chart: none
-- unit: claims
-- n: sum n_claims: claims
-- method: Every statement of a source is a claim, kept with how it was resolved (docs/lineage.md).
-- shown: 40
select evidence, resolution, count(*) as n_claims, count(*) filter (where is_accepted) as n_accepted
from parent_claims
group by all
order by n_claims desc, evidence, resolution
