-- question: Which of the nine sections of Model Cards for Model Reporting do cards have, in templates and in cards by hand?
-- grain: one section
-- columns: section, n_cards, present_share, filled_share, filled_share_of_templates, filled_share_of_others, median_chars
-- beware: Current cards only. A section is known by its heading or a field of the front matter; filled means text below it.
with told as (
    unpivot (
        select
            model_id,
            is_template,
            n_model_details_chars as model_details,
            n_intended_use_chars as intended_use,
            n_factors_chars as factors,
            n_metrics_chars as metrics,
            n_evaluation_data_chars as evaluation_data,
            n_training_data_chars as training_data,
            n_quantitative_analyses_chars as quantitative_analyses,
            n_ethical_considerations_chars as ethical_considerations,
            n_caveats_chars as caveats
        from cards
        where is_current
    ) on model_details, intended_use, factors, metrics, evaluation_data, training_data, quantitative_analyses,
        ethical_considerations, caveats
    into name section value n_section_chars
),

announced as (
    unpivot (
        select
            model_id,
            has_model_details as model_details,
            has_intended_use as intended_use,
            has_factors as factors,
            has_metrics as metrics,
            has_evaluation_data as evaluation_data,
            has_training_data as training_data,
            has_quantitative_analyses as quantitative_analyses,
            has_ethical_considerations as ethical_considerations,
            has_caveats as caveats
        from cards
        where is_current
    ) on model_details, intended_use, factors, metrics, evaluation_data, training_data, quantitative_analyses,
        ethical_considerations, caveats
    into name section value is_present
)

select
    t.section,
    count(*) as n_cards,
    round(avg(a.is_present::int), 4) as present_share,
    round(avg((t.n_section_chars > 0)::int), 4) as filled_share,
    round(avg((t.n_section_chars > 0)::int) filter (where t.is_template), 4) as filled_share_of_templates,
    round(avg((t.n_section_chars > 0)::int) filter (where not t.is_template), 4) as filled_share_of_others,
    median(t.n_section_chars) filter (where t.n_section_chars > 0) as median_chars
from told t
join announced a on a.model_id = t.model_id and a.section = t.section
group by t.section
order by filled_share desc, t.section
