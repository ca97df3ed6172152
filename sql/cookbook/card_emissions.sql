-- question: Who states emissions, and how much carbon dioxide do cards own up to, by author?
-- grain: one author whose models state emissions that can be read
-- columns: author, n_models, total_kg, largest_kg, assumed_grams_share
-- beware: Self-reported. Where no unit is written grams are assumed, as the specification says; some authors mean kilograms.
with stated as (
    select
        c.model_id,
        max(c.emissions_grams) as emissions_grams,
        bool_and(c.is_unit_assumed) as is_unit_assumed
    from carbon_claims c
    where c.emissions_grams is not null
    group by c.model_id
)

select
    coalesce(m.author, '(none)') as author,
    count(*) as n_models,
    round(sum(s.emissions_grams) / 1000, 3) as total_kg,
    round(max(s.emissions_grams) / 1000, 3) as largest_kg,
    round(avg(s.is_unit_assumed::int), 4) as assumed_grams_share
from stated s
join models m on m.model_id = s.model_id
group by coalesce(m.author, '(none)')
order by total_kg desc, author
