-- question: Which languages do models declare?
-- grain: one language as written
-- columns: language, n_models, models_share, n_only_this
-- beware: Shares are of the models that declare any language; most declare none, and a declared language is not a tested one.
with declared as (
    select unnest(languages) as language, n_languages
    from models
    where n_languages > 0
)

select
    language,
    count(*) as n_models,
    count(*) / (select count(*) from models m where m.n_languages > 0) as models_share,
    count(*) filter (where n_languages = 1) as n_only_this
from declared
group by language
order by n_models desc, language
limit 50
