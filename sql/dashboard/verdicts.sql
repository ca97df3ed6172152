-- question: Do children honour the licences of those they descend from?
-- grain: one verdict and obligation
-- page: licences
-- place: 1
-- chart: bars
-- x: verdict
-- y: n_edges
-- color: obligation
-- unit: edges
-- n: sum n_edges: edges
-- method: Rules of warehouse/codes/license_rules.csv carried down the whole line of descent (docs/licences.md).
-- beware: A flag for a person to review, never legal advice; declared licence fields only, no licence file was read.
-- shown: 40
with counted as (
    select verdict, obligation, count(*) as n_edges
    from license_verdicts
    where judged = 'edge'
    group by all
)

select verdict, obligation, n_edges
from counted
order by sum(n_edges) over (partition by verdict) desc, verdict, n_edges desc, obligation
