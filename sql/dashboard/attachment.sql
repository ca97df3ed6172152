-- question: Do models with many children gain more?
-- grain: one method
-- page: growth
-- place: 3
-- chart: intervals
-- x: method
-- y: exponent
-- low: low95
-- high: high95
-- unit: exponent of attachment; 1 is linear preferential attachment
-- n: max n_choices: choices of a base
-- method: Probability of being chosen as a base as a power of the children so far, measured three ways (docs/growth.md).
-- beware: An exponent above 0 does not prove that children attract children: better bases look alike.
select attachment_method as method, attachment_exponent as exponent, attachment_exponent_low95 as low95,
    attachment_exponent_high95 as high95, n_choices
from attachment_fits
order by method
