-- question: Do the cards of the same models grow or shrink over time?
-- grain: one pair of years: when a model's card was first seen and when its newest version was
-- columns: first_year, last_year, n_models, median_first_chars, median_last_chars, median_change, longer_share, shorter_share
-- beware: Only models whose card was seen in two versions or more; who edits a card is no random choice. Characters of the body.
with versions as (
    select
        model_id, n_body_chars, first_seen_at,
        row_number() over (partition by model_id order by first_seen_at, is_current, card_sha) as place,
        count(*) over (partition by model_id) as n_versions
    from cards
    where n_body_chars is not null
)

select
    year(f.first_seen_at) as first_year,
    year(l.first_seen_at) as last_year,
    count(*) as n_models,
    median(f.n_body_chars) as median_first_chars,
    median(l.n_body_chars) as median_last_chars,
    median(l.n_body_chars - f.n_body_chars) as median_change,
    round(avg((l.n_body_chars > f.n_body_chars)::int), 4) as longer_share,
    round(avg((l.n_body_chars < f.n_body_chars)::int), 4) as shorter_share
from versions f
join versions l on l.model_id = f.model_id and l.place = l.n_versions
where f.place = 1 and f.n_versions > 1
group by year(f.first_seen_at), year(l.first_seen_at)
order by first_year, last_year
