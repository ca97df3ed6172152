-- grain: one tag of a model's newest observation that names a parent, a licence or a language
-- key: model_number, kind, value
-- description: Tags taken apart. Only exact prefixes count. Two-letter tags count as languages when they are ISO 639-1
--   codes; a few of these mean something else as well, so they count only where no card metadata declares a language.
-- inputs: landing_records, latest, code_languages
with tags as (
    select l.model_number, unnest(list_filter(
        s.tags,
        lambda t: starts_with(t, 'base_model:') or starts_with(t, 'license:') or length(t) = 2
    )) as tag
    from landing_records s
    join latest l on l.landing_kind = s.landing_kind and l.file_rank = s.file_rank and l.row_number = s.row_number
)

select model_number, 'parent' as kind, substr(tag, 12) as value, count(*) as n_mentions
from tags
where starts_with(tag, 'base_model:')
group by model_number, tag

union all

select distinct model_number, 'license' as kind, lower(trim(substr(tag, 9))) as value, 1 as n_mentions
from tags
where starts_with(tag, 'license:') and trim(substr(tag, 9)) <> ''

union all

select distinct t.model_number, 'language' as kind, t.tag as value, 1 as n_mentions
from tags t
join code_languages c on c.kind = 'language' and c.language_code = t.tag
order by model_number, kind, value
