-- question: How unequal are families in size?
-- grain: one family of scope no_merges
-- page: families
-- place: 2
-- chart: points
-- x: size_rank
-- y: n_models
-- scale: log
-- unit: models in the family
-- n: rows: families drawn
-- method: Families by rank of size, both axes logarithmic; a straight line is a power law by eye, not by test.
-- beware: Only the 500 largest are drawn.
select row_number() over (order by n_models desc, root_id) as size_rank, root_id as family, n_models
from families
where family_scope = 'no_merges'
order by size_rank
limit 500
