-- grain: one id that the hub was asked about because models claim it as parent and no listing held it
-- key: asked_id
-- description: The hub's newest answer; a question that came to nothing counts only where there is no answer. An id without
--   owner that the hub does not know is no model of a hub (external). Not found is deleted, as far as a hub tells: to somebody with
--   a token it says the same of private models. An anonymous 401 leaves open which of the two holds.
-- inputs: landing_lookups
with ranked as (
    select
        asked_id, lookup_status, renamed_to, found_id, observed_at,
        row_number() over (
            partition by lower(asked_id)
            order by case when lookup_status = 'failed' then 1 else 0 end, observed_at desc, file_rank desc, row_number desc
        ) as turn
    from landing_lookups
)

select
    asked_id,
    lookup_status,
    case
        when lookup_status in ('found', 'failed') then null
        when lookup_status in ('gated', 'disabled', 'forbidden') then 'private'
        when not contains(asked_id, '/') then 'external'
        when lookup_status = 'not_found' then 'deleted'
        else 'missing_or_private'
    end as placeholder_kind,
    renamed_to,
    found_id,
    observed_at
from ranked
where turn = 1
order by asked_id
