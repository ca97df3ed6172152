-- grain: one version of a model's card
-- key: model_id, card_sha
-- description: Every card text seen for a model, with what reading it gave; a visit that brought a new text makes a version.
-- inputs: card_visits, card_texts, card_sections
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
),

told as (
    select
        card_sha,
        list_sort(list(section)) as present,
        coalesce(list_sort(list(section) filter (where n_section_chars > 0)), []) as filled,
        coalesce(list_sort(list(section) filter (where n_section_chars > 0 and n_section_hand_chars = 0)), [])
            as generated,
        max(n_section_chars) filter (where section = 'model_details') as n_model_details_chars,
        max(n_section_chars) filter (where section = 'intended_use') as n_intended_use_chars,
        max(n_section_chars) filter (where section = 'factors') as n_factors_chars,
        max(n_section_chars) filter (where section = 'metrics') as n_metrics_chars,
        max(n_section_chars) filter (where section = 'evaluation_data') as n_evaluation_data_chars,
        max(n_section_chars) filter (where section = 'training_data') as n_training_data_chars,
        max(n_section_chars) filter (where section = 'quantitative_analyses') as n_quantitative_analyses_chars,
        max(n_section_chars) filter (where section = 'ethical_considerations') as n_ethical_considerations_chars,
        max(n_section_chars) filter (where section = 'caveats') as n_caveats_chars
    from card_sections
    group by card_sha
),

sections as (
    select
        t.card_sha,
        list_distinct(list_concat(coalesce(s.present, []), t.sections_from_metadata)) as present,
        coalesce(s.filled, []) as filled,
        coalesce(s.generated, []) as generated,
        list_filter(t.sections_from_metadata, lambda name: not list_contains(coalesce(s.filled, []), name)) as from_metadata,
        s.n_model_details_chars,
        s.n_intended_use_chars,
        s.n_factors_chars,
        s.n_metrics_chars,
        s.n_evaluation_data_chars,
        s.n_training_data_chars,
        s.n_quantitative_analyses_chars,
        s.n_ethical_considerations_chars,
        s.n_caveats_chars
    from card_texts t
    left join told s on s.card_sha = t.card_sha
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
    t.n_card_words,
    t.n_body_chars,
    t.n_words,
    t.n_own_chars,
    t.n_own_words,
    t.n_hand_chars,
    t.template_share,
    t.is_auto_generated,
    t.is_generated,
    t.is_template,
    t.generator,
    t.generators,
    list_contains(s.present, 'model_details') as has_model_details,
    list_contains(s.present, 'intended_use') as has_intended_use,
    list_contains(s.present, 'factors') as has_factors,
    list_contains(s.present, 'metrics') as has_metrics,
    list_contains(s.present, 'evaluation_data') as has_evaluation_data,
    list_contains(s.present, 'training_data') as has_training_data,
    list_contains(s.present, 'quantitative_analyses') as has_quantitative_analyses,
    list_contains(s.present, 'ethical_considerations') as has_ethical_considerations,
    list_contains(s.present, 'caveats') as has_caveats,
    coalesce(s.n_model_details_chars, 0) as n_model_details_chars,
    coalesce(s.n_intended_use_chars, 0) as n_intended_use_chars,
    coalesce(s.n_factors_chars, 0) as n_factors_chars,
    coalesce(s.n_metrics_chars, 0) as n_metrics_chars,
    coalesce(s.n_evaluation_data_chars, 0) as n_evaluation_data_chars,
    coalesce(s.n_training_data_chars, 0) as n_training_data_chars,
    coalesce(s.n_quantitative_analyses_chars, 0) as n_quantitative_analyses_chars,
    coalesce(s.n_ethical_considerations_chars, 0) as n_ethical_considerations_chars,
    coalesce(s.n_caveats_chars, 0) as n_caveats_chars,
    s.from_metadata as sections_from_metadata,
    s.generated as sections_generated,
    (array_length(s.filled) + array_length(s.from_metadata)) / 9.0::double as completeness_ratio,
    array_length(s.filled) / 9.0::double as body_completeness_ratio,
    t.parse_status,
    t.flags,
    t.hints,
    t.front_matter
from versions v
join card_texts t on t.card_sha = v.card_sha
join sections s on s.card_sha = v.card_sha
left join newest n on n.model_id = v.model_id and n.card_sha = v.card_sha
order by v.model_id, v.card_sha
