-- grain: one trait of one model, and an observation that told other values than the one before
-- key: model_id, trait, observed_at
-- description: Changes of the same model over time, apart from differences between models. A licence that joined the hub's
--   list less than 30 days before the earlier observation, or later, could not be written then: its coming is an event of the
--   list. A licence off the list that gave way to one on it is a repair of spelling.
-- inputs: trait_history, latest, code_licenses, code_license_terms
with told as (
    select model_number, observed_at, previously_observed_at, 'license' as trait, license_ids as trait_values from trait_history
    union all
    select model_number, observed_at, previously_observed_at, 'language' as trait, languages as trait_values from trait_history
    union all
    select model_number, observed_at, previously_observed_at, 'dataset' as trait, datasets as trait_values from trait_history
    union all
    select model_number, observed_at, previously_observed_at, 'task' as trait, tasks as trait_values from trait_history
    union all
    select model_number, observed_at, previously_observed_at, 'library' as trait, libraries as trait_values from trait_history
),

compared as (
    select
        model_number,
        trait,
        observed_at,
        previously_observed_at,
        lag(trait_values) over told_before as values_before,
        trait_values as values_after
    from told
    window told_before as (partition by model_number, trait order by observed_at)
),

hub_list as (
    select list(license_id order by license_id) as license_ids
    from code_licenses
    where is_in_hub_list
),

changed as (
    select
        c.*,
        c.trait = 'license' and array_length(list_filter(c.values_before, lambda v: list_contains(h.license_ids, v))) = 0
        and array_length(list_filter(c.values_after, lambda v: not list_contains(h.license_ids, v))) = 0 as is_repair,
        c.trait = 'license' and exists (
            select 1
            from code_license_terms d
            where
                list_contains(c.values_after, d.license_id)
                and not list_contains(c.values_before, d.license_id)
                and d.hub_since > c.previously_observed_at - interval 30 day
        ) as is_list_event
    from compared c
    cross join hub_list h
    where c.values_before is distinct from c.values_after and c.values_before is not null
)

select
    l.model_id,
    c.trait,
    c.observed_at,
    c.previously_observed_at,
    c.values_before,
    c.values_after,
    case
        when array_length(c.values_before) = 0 then 'gained'
        when array_length(c.values_after) = 0 then 'lost'
        when c.is_list_event then 'list_event'
        when c.is_repair then 'repaired'
        else 'changed'
    end as change_kind
from changed c
join latest l on l.model_number = c.model_number
order by l.model_id, c.trait, c.observed_at
