-- question: How did the parents that cards name become models, and how many were repaired?
-- grain: one way a claim was resolved, with the repairs on the way
-- columns: resolution, repairs, n_claims, claims_share, example_parent_ref
-- beware: Several sources that say the same are several claims; placeholders are claims whose parent no listing holds.
with counted as (
    select
        resolution,
        array_to_string(repairs, ', ') as repairs,
        count(*) as n_claims,
        min(parent_ref) as example_parent_ref
    from parent_claims
    group by all
)

select
    resolution,
    repairs,
    n_claims,
    n_claims / sum(n_claims) over () as claims_share,
    example_parent_ref
from counted
order by n_claims desc, resolution, repairs
