-- grain: one landing kind of records
-- key: landing_kind
-- description: How many landed records were kept as the newest of their entity, replaced, or unusable: counted one by one.
-- inputs: observations, latest
select
    o.landing_kind,
    count(*) as n_landed,
    count(l.entity_id) as n_kept,
    count(*) filter (where not o.is_unusable and l.entity_id is null) as n_superseded
from observations o
left join latest l
    on l.landing_kind = o.landing_kind and l.file_rank = o.file_rank and l.row_number = o.row_number
group by o.landing_kind
order by o.landing_kind
