-- grain: one record, or one field of a kept record, that could not be read as what it should be
-- key: landing_file, row_number, scope, field
-- description: Nothing that was landed is dropped: what does not fit stands here with its reason.
-- inputs: landing_records, landing_cards, landing_daily, latest, card_visits, landing_losses, loss_verdicts,
--   broken_loss_columns, landing_evaluations, evaluation_verdicts
with records as (
    select
        landing_kind, landing_file, row_number, file_rank, model_id, misfits, raw, observed_at,
        downloads_30d, downloads_all_time, likes, created_at, last_modified,
        try_cast(last_modified as timestamp) as modified
    from landing_records
),

whole as (
    select
        landing_kind, landing_file, row_number, model_id, 'record' as scope, null::varchar as field,
        'no usable id' as reason, raw as excerpt, observed_at
    from records
    where raw is not null
),

-- Once for the three that read it: whether an instant can be read is asked of every record. Of the creation, latest says.
newest as materialized (
    select r.*
    from records r
    join latest l
        on l.landing_kind = r.landing_kind and l.file_rank = r.file_rank and l.row_number = r.row_number
    where r.misfits is not null or least(r.downloads_30d, r.downloads_all_time, r.likes) < 0
        or (r.created_at is not null and l.created_at is null)
        or (r.last_modified is not null and (r.modified is null or r.modified < timestamp '1970-01-01' or r.modified >= timestamp '2200-01-01'))
),

fields as (
    select
        landing_kind, landing_file, row_number, model_id, 'field' as scope,
        unnest(json_keys(misfits)) as field, misfits, observed_at
    from newest
    where misfits is not null
),

negative as (
    select landing_kind, landing_file, row_number, model_id, 'field' as scope, field, number, observed_at
    from newest
    unpivot (number for field in (downloads_30d as 'downloads', downloads_all_time as 'downloadsAllTime', likes))
    where number < 0
),

instants as (
    select landing_kind, landing_file, row_number, model_id, 'field' as scope, field, written, observed_at
    from newest
    unpivot (written for field in (created_at as 'createdAt', last_modified as 'lastModified'))
    where try_cast(written as timestamp) is null or try_cast(written as timestamp) < timestamp '1970-01-01'
        or try_cast(written as timestamp) >= timestamp '2200-01-01'
),

cards as (
    select
        'cards' as landing_kind, c.landing_file, c.row_number, c.model_id, 'record' as scope, null::varchar as field,
        'no listing holds this model' as reason, c.visit_status as excerpt, c.observed_at
    from landing_cards c
    left join card_visits v on v.file_rank = c.file_rank and v.row_number = c.row_number
    where v.model_number is null
)

select landing_kind, landing_file, row_number, model_id, scope, field, reason, left(excerpt, 300) as excerpt, observed_at
from whole
union all
select
    landing_kind, landing_file, row_number, model_id, scope, field, 'type of the field is not the documented one' as reason,
    left(json_extract(misfits, '$."' || replace(field, '"', '\"') || '"')::varchar, 300) as excerpt, observed_at
from fields
union all
select
    landing_kind, landing_file, row_number, model_id, scope, field, 'a count is negative' as reason,
    number::varchar as excerpt, observed_at
from negative
union all
select
    landing_kind, landing_file, row_number, model_id, scope, field, 'no instant from 1970 to 2199' as reason,
    left(written, 300) as excerpt, observed_at
from instants
union all
select landing_kind, landing_file, row_number, model_id, scope, field, reason, excerpt, observed_at
from cards
union all
select
    'daily' as landing_kind, landing_file, row_number, model_id, 'record' as scope, null::varchar as field,
    'no model id' as reason, left(extra, 300) as excerpt, observed_at
from landing_daily
where model_id is null or trim(model_id) = ''
union all
select
    'losses' as landing_kind, l.landing_file, l.row_number, l.model_ref as model_id, 'record' as scope,
    null::varchar as field, v.reason,
    left(
        json_object(
            'source', l.source_file, 'row', l.source_row, 'field', v.field, 'series', l.series, 'run', l.run_id,
            'loss', l.loss::varchar, 'N', l.parameter_count::varchar, 'D', l.token_count::varchar,
            'C', l.compute_flop::varchar, 'tokenizer', l.tokenizer, 'text', l.misfits
        )::varchar,
        300
    ) as excerpt,
    l.observed_at
from landing_losses l
join loss_verdicts v on v.file_rank = l.file_rank and v.row_number = l.row_number
where v.reason is not null
union all
select
    'losses' as landing_kind, landing_file, row_number, null::varchar as model_id, 'field' as scope, field,
    'a column that its own source contradicts' as reason,
    left(source_name || ', ' || source_file || ': ' || words, 300) as excerpt, observed_at
from broken_loss_columns
union all
select
    'evaluations' as landing_kind, l.landing_file, l.row_number, l.model_ref as model_id, 'record' as scope,
    null::varchar as field, v.reason,
    left(
        json_object(
            'source', l.source_file, 'row', l.source_row, 'benchmark', l.benchmark, 'metric', l.metric,
            'value', l.value::varchar, 'N', l.parameter_count::varchar, 'C', l.compute_flop::varchar
        )::varchar,
        300
    ) as excerpt,
    l.observed_at
from landing_evaluations l
join evaluation_verdicts v on v.file_rank = l.file_rank and v.row_number = l.row_number
where v.reason is not null
order by landing_file, row_number, scope, field nulls first
