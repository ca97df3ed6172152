-- grain: one month of creation of all models, of one task or of one library
-- key: month_at, trend_group, group_value
-- description: What models created in a month declare, as last observed. Models without a birth date are left out. Licences
--   that joined the hub's list after the first whole month count as other in the series of the fixed list, as their authors
--   had to write before.
-- inputs: models, cards, code_license_terms, observation_end
with ended as (
    select coalesce(last_created_at, last_seen_at) as ended_at
    from observation_end
),

born as (
    select
        m.model_id,
        date_trunc('month', m.created_at)::timestamp as month_at,
        m.pipeline_tag,
        m.library_name,
        m.license_ids,
        m.n_languages,
        m.is_english_only,
        m.n_parents,
        m.card_status
    from models m
    cross join ended e
    where not m.is_created_at_floor and m.created_at <= e.ended_at
),

span as (
    -- The month in which the field began is cut short, as is the one in which the observation ended.
    select
        greatest(min(b.month_at), timestamp '2022-04-01') as first_whole_at,
        date_trunc('month', max(e.ended_at))::timestamp as ended_month_at
    from born b
    cross join ended e
),

listed_later as (
    select coalesce(list(d.license_id order by d.license_id), []) as license_ids
    from code_license_terms d
    join span s on d.hub_since >= s.first_whole_at
),

current_cards as (
    select model_id, n_body_chars, n_own_chars, is_auto_generated, is_generated, is_template
    from cards
    where is_current
),

described as (
    select
        b.*,
        c.n_body_chars,
        c.n_own_chars,
        c.is_auto_generated,
        c.is_generated,
        c.is_template,
        b.card_status is not null and b.card_status not in ('failed', 'gated') as is_visited,
        list_contains(b.license_ids, 'other') as is_other,
        list_contains(b.license_ids, 'other') or list_has_any(b.license_ids, l.license_ids) as is_other_by_old_list
    from born b
    left join current_cards c on c.model_id = b.model_id
    cross join listed_later l
),

most_used as (
    select 'task' as trend_group, pipeline_tag as group_value, count(*) as n
    from described
    where pipeline_tag is not null
    group by pipeline_tag
    qualify row_number() over (order by n desc, pipeline_tag) <= 40

    union all

    select 'library' as trend_group, library_name as group_value, count(*) as n
    from described
    where library_name is not null
    group by library_name
    qualify row_number() over (order by n desc, library_name) <= 40
),

grouped as (
    select 'all' as trend_group, 'all' as group_value, d.*
    from described d

    union all

    select u.trend_group, u.group_value, d.*
    from described d
    join most_used u on u.trend_group = 'task' and u.group_value = d.pipeline_tag

    union all

    select u.trend_group, u.group_value, d.*
    from described d
    join most_used u on u.trend_group = 'library' and u.group_value = d.library_name
)

select
    g.month_at,
    g.trend_group,
    g.group_value,
    g.month_at >= max(s.first_whole_at) and g.month_at < max(s.ended_month_at) as is_whole_month,
    count(*) as n_models,
    count(*) filter (where g.is_visited) as n_visited,
    avg(case when g.is_visited then (g.card_status in ('full', 'not_modified', 'renamed'))::int end) as card_share,
    median(g.n_body_chars)::double as median_card_chars,
    median(g.n_own_chars)::double as median_own_chars,
    avg(g.is_auto_generated::int) as auto_generated_share,
    avg(g.is_generated::int) as generated_share,
    avg(g.is_template::int) as template_card_share,
    avg((len(g.license_ids) > 0)::int) as license_share,
    avg((g.n_languages > 0)::int) as language_share,
    avg((g.pipeline_tag is not null)::int) as task_share,
    avg((g.library_name is not null)::int) as library_share,
    avg((g.n_parents > 0)::int) as parent_share,
    avg(case when g.n_languages > 0 then coalesce(g.is_english_only, false)::int end) as english_only_share,
    avg(case when len(g.license_ids) > 0 then g.is_other::int end) as other_license_share,
    avg(case when len(g.license_ids) > 0 then g.is_other_by_old_list::int end) as other_license_fixed_list_share
from grouped g
cross join span s
group by g.month_at, g.trend_group, g.group_value
order by g.month_at, g.trend_group, g.group_value
