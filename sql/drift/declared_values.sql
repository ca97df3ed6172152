-- grain: one value of one trait that a model declares
-- key: model_id, trait, raw_value
-- description: Declared traits in long form, as written. A language told by tags alone (no card metadata names one) is a bare tag.
-- inputs: models
select model_id, 'license' as trait, unnest(license_ids) as raw_value, false as is_bare_tag
from models

union all

select model_id, 'language' as trait, unnest(languages) as raw_value, language_source = 'tags' as is_bare_tag
from models

union all

select model_id, 'task' as trait, pipeline_tag as raw_value, false as is_bare_tag
from models
where pipeline_tag is not null

union all

select model_id, 'library' as trait, library_name as raw_value, false as is_bare_tag
from models
where library_name is not null

union all

select distinct
    model_id, 'dataset' as trait, substr(tag, 9) as raw_value, false as is_bare_tag
from (select model_id, unnest(list_filter(tags, lambda t: starts_with(t, 'dataset:'))) as tag from models) t

union all

select model_id, 'parameter_count' as trait, parameter_count::varchar as raw_value, false as is_bare_tag
from models
where parameter_count > 0

union all

select model_id, 'architecture' as trait, architecture as raw_value, false as is_bare_tag
from models
where architecture is not null
