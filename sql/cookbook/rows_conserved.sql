-- question: Where did the landed rows go?
-- grain: one kind of landing file
-- columns: landing_kind, n_landed, n_kept, n_superseded, n_quarantined
-- beware: Superseded rows are older looks at a model that is there; nothing is dropped without standing in one of the columns.
select landing_kind, n_landed, n_kept, n_superseded, n_quarantined
from conservation
order by landing_kind
