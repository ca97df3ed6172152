-- grain: one model that was visited for its card
-- key: model_id
-- description: What card drift compares: numbers of the current card, null where there is none; shares of yes as 0 and 1.
-- inputs: models, cards, evaluation_claims, carbon_claims
with visited as (
    select model_id, (card_status in ('full', 'not_modified', 'renamed'))::double as has_card
    from models
    where card_status in ('full', 'not_modified', 'renamed', 'no_card')
)

select
    v.model_id,
    v.has_card,
    c.n_chars::double as n_chars,
    c.n_card_words::double as n_card_words,
    c.n_body_chars::double as n_body_chars,
    c.n_words::double as n_words,
    c.n_own_chars::double as n_own_chars,
    c.n_own_words::double as n_own_words,
    c.n_hand_chars::double as n_hand_chars,
    c.template_share,
    c.is_auto_generated::int::double as is_auto_generated,
    c.is_generated::int::double as is_generated,
    c.is_template::int::double as is_template,
    c.completeness_ratio,
    c.body_completeness_ratio,
    c.has_model_details::int::double as has_model_details,
    c.has_intended_use::int::double as has_intended_use,
    c.has_factors::int::double as has_factors,
    c.has_metrics::int::double as has_metrics,
    c.has_evaluation_data::int::double as has_evaluation_data,
    c.has_training_data::int::double as has_training_data,
    c.has_quantitative_analyses::int::double as has_quantitative_analyses,
    c.has_ethical_considerations::int::double as has_ethical_considerations,
    c.has_caveats::int::double as has_caveats,
    case when c.model_id is not null then (v.model_id in (select model_id from evaluation_claims))::int::double end
        as states_results,
    case when c.model_id is not null then (v.model_id in (select model_id from carbon_claims))::int::double end
        as states_emissions
from visited v
left join cards c on c.model_id = v.model_id and c.is_current
order by v.model_id
