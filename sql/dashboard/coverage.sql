-- question: How much of what matters is declared at all?
-- grain: one trait
-- page: overview
-- place: 3
-- chart: bars
-- x: trait
-- y: declared_share
-- unit: share of models
-- n: max n_models: models
-- method: Share of models that are not removed whose newest observation declares the trait.
-- beware: Undeclared is not none: a model without a licence has no stated permission, a model without parents has declared none.
with known as (
    select * from models where removed_at is null
),

shares as (
    select 'task' as trait, count(pipeline_tag) as n_declared, count(*) as n_models from known
    union all
    select 'library' as trait, count(library_name) as n_declared, count(*) as n_models from known
    union all
    select 'licence' as trait, count(license_id) as n_declared, count(*) as n_models from known
    union all
    select 'language' as trait, count(*) filter (where n_languages > 0) as n_declared, count(*) as n_models from known
    union all
    select 'parent' as trait, count(*) filter (where n_parents > 0) as n_declared, count(*) as n_models from known
    union all
    select 'parameter count' as trait, count(parameter_count) as n_declared, count(*) as n_models from known
)

select trait, n_declared / greatest(n_models, 1) as declared_share, n_declared, n_models
from shares
order by declared_share desc, trait
