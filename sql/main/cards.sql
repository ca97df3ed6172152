-- grain: one version of a model's card
-- key: model_id, card_sha
-- description: Every card text seen for a model, with what reading it gave; a visit that brought a new text makes a version.
-- inputs: card_visits, card_texts
with versions as (
    select
        v.model_id,
        v.card_sha,
        min(v.observed_at) as first_seen_at,
        max(v.observed_at) as last_seen_at,
        max(v.n_bytes) as n_bytes,
        bool_or(v.is_truncated) as is_truncated
    from card_visits v
    where v.card_sha is not null and v.card_sha in (select card_sha from card_texts)
    group by v.model_id, v.card_sha
),

newest as (
    select model_id, card_sha
    from card_visits
    where visit_status in ('full', 'not_modified', 'renamed', 'no_card', 'not_found')
    qualify row_number() over (partition by model_id order by observed_at desc, file_rank desc, row_number desc) = 1
)

select
    v.model_id,
    v.card_sha,
    n.card_sha is not null as is_current,
    v.first_seen_at,
    v.last_seen_at,
    coalesce(v.n_bytes, t.n_bytes) as n_bytes,
    v.is_truncated,
    t.n_chars,
    t.n_body_chars,
    t.n_words,
    t.is_auto_generated,
    t.parse_status,
    t.flags,
    t.front_matter
from versions v
join card_texts t on t.card_sha = v.card_sha
left join newest n on n.model_id = v.model_id and n.card_sha = v.card_sha
order by v.model_id, v.card_sha
