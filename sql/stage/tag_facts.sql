-- grain: one tag of a model's newest observation that names a parent, a licence or a language
-- key: model_id, kind, value
-- description: Tags taken apart. Only exact prefixes count. Two-letter tags count as languages when they are ISO 639-1
--   codes that nothing else on the hub uses as a tag.
-- inputs: landing_listing, landing_details, latest, code_languages
with tags as (
    select r.model_id, r.tag, count(*) as n_mentions
    from (
        select l.model_id, unnest(list_filter(
            s.tags,
            lambda t: starts_with(t, 'base_model:') or starts_with(t, 'license:') or length(t) = 2
        )) as tag
        from landing_listing s
        join latest l
            on l.landing_kind = 'listing' and l.file_rank = s.file_rank and l.row_number = s.row_number

        union all

        select l.model_id, unnest(list_filter(
            s.tags,
            lambda t: starts_with(t, 'base_model:') or starts_with(t, 'license:') or length(t) = 2
        )) as tag
        from landing_details s
        join latest l
            on l.landing_kind = 'details' and l.file_rank = s.file_rank and l.row_number = s.row_number
    ) r
    group by r.model_id, r.tag
)

select model_id, 'parent' as kind, substr(tag, 12) as value, n_mentions
from tags
where starts_with(tag, 'base_model:')

union all

select model_id, 'license' as kind, lower(trim(substr(tag, 9))) as value, n_mentions
from tags
where starts_with(tag, 'license:') and trim(substr(tag, 9)) <> ''

union all

select t.model_id, 'language' as kind, t.tag as value, t.n_mentions
from tags t
join code_languages c on c.language_code = t.tag
where c.kind = 'language' and not c.is_ambiguous_tag
order by model_id, kind, value
