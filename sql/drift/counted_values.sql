-- grain: one value of one trait as written, told by bare tags or otherwise
-- key: trait, raw_value, is_bare_tag
-- description: How many models of the whole hub declare it.
-- inputs: declared_values
select trait, raw_value, is_bare_tag, count(*) as n_models
from declared_values
where trait <> 'parameter_count'
group by trait, raw_value, is_bare_tag
order by trait, raw_value, is_bare_tag
