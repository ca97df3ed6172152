-- grain: one landing kind
-- key: landing_kind
-- description: Where the rows of each landing kind went; the sum is checked before publishing.
-- inputs: record_counts, landing_cards, landing_daily, landing_losses, landing_evaluations, landing_lookups, card_visits,
--   card_texts, loss_verdicts, evaluation_verdicts, cards, daily_metrics, losses, evaluations, parent_lookups, quarantine
with landed as (
    select landing_kind, n_landed
    from record_counts
    union all
    select 'cards' as landing_kind, count(*) as n_landed
    from landing_cards
    union all
    select 'daily' as landing_kind, count(*) as n_landed
    from landing_daily
    union all
    select 'losses' as landing_kind, count(*) as n_landed
    from landing_losses
    union all
    select 'lookups' as landing_kind, count(*) as n_landed
    from landing_lookups
    union all
    select 'evaluations' as landing_kind, count(*) as n_landed
    from landing_evaluations
),

kept as (
    select landing_kind, n_kept
    from record_counts
    union all
    select 'cards' as landing_kind, count(*) as n_kept
    from cards
    union all
    select 'daily' as landing_kind, count(*) as n_kept
    from daily_metrics
    union all
    select 'losses' as landing_kind, count(*) as n_kept
    from losses
    where loss_source = 'import'
    union all
    select 'lookups' as landing_kind, count(*) as n_kept
    from parent_lookups
    union all
    select 'evaluations' as landing_kind, count(*) as n_kept
    from evaluations
    where evaluation_source = 'import'
),

card_rows as (
    select
        card_sha in (select card_sha from card_texts) as is_readable,
        row_number() over (partition by model_id, card_sha order by file_rank, row_number) as turn
    from card_visits
),

daily_rows as (
    select row_number() over (partition by model_id, observed_at order by file_rank desc, row_number desc) as turn
    from landing_daily
    where model_id is not null and trim(model_id) <> ''
),

lookup_rows as (
    select row_number() over (partition by lower(asked_id) order by file_rank, row_number) as turn
    from landing_lookups
),

superseded as (
    select landing_kind, n_superseded
    from record_counts
    union all
    select 'cards' as landing_kind, count(*) as n_superseded
    from card_rows
    where turn > 1 or is_readable is not true
    union all
    select 'daily' as landing_kind, count(*) as n_superseded
    from daily_rows
    where turn > 1
    union all
    select 'losses' as landing_kind, count(*) as n_superseded
    from landing_losses l
    left join loss_verdicts v on v.file_rank = l.file_rank and v.row_number = l.row_number
    where v.file_rank is null
    union all
    select 'lookups' as landing_kind, count(*) as n_superseded
    from lookup_rows
    where turn > 1
    union all
    select 'evaluations' as landing_kind, count(*) as n_superseded
    from landing_evaluations l
    left join evaluation_verdicts v on v.file_rank = l.file_rank and v.row_number = l.row_number
    where v.file_rank is null
),

quarantined as (
    select landing_kind, count(*) as n_quarantined
    from quarantine
    where scope = 'record'
    group by landing_kind
)

select
    l.landing_kind,
    l.n_landed,
    coalesce(k.n_kept, 0) as n_kept,
    coalesce(s.n_superseded, 0) as n_superseded,
    coalesce(q.n_quarantined, 0) as n_quarantined
from landed l
left join kept k on k.landing_kind = l.landing_kind
left join superseded s on s.landing_kind = l.landing_kind
left join quarantined q on q.landing_kind = l.landing_kind
where l.n_landed > 0
order by l.landing_kind
