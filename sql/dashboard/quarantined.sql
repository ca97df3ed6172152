-- question: Which records could not be read, and why?
-- grain: one reason
-- page: overview
-- place: 6
-- chart: none
-- unit: records or fields
-- n: sum n_records: records or fields set aside
-- method: What can't be read as what it should be is set aside with a reason, and never lost (docs/architecture.md).
select reason, count(*) as n_records, min(excerpt) as an_example
from quarantine
group by reason
order by n_records desc, reason
