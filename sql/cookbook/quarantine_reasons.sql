-- question: What could not be read, and why?
-- grain: one reason, for a kind of landing file, a scope and a field
-- columns: landing_kind, scope, field, reason, n_rows, n_files, example_excerpt
-- beware: Scope field means that the record was kept without that field; only scope record was set aside whole.
select
    landing_kind,
    scope,
    field,
    reason,
    count(*) as n_rows,
    count(distinct landing_file) as n_files,
    min(excerpt) as example_excerpt
from quarantine
group by landing_kind, scope, field, reason
order by n_rows desc, landing_kind, scope, field nulls last, reason
