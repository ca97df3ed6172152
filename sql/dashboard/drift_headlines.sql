-- question: Do licences, languages and cards drift on the way down?
-- grain: one measure, in all edges without merges
-- page: drift
-- place: 4
-- chart: none
-- unit: share or mean, child less parent
-- n: max n_pairs: pairs in the measure with the most
-- method: Means among parents and children of the same pairs, intervals by resampling whole families (docs/drift.md, docs/cards.md).
-- beware: An interval that holds 0 shows no direction.
-- shown: 40
with measured as (
    select
        'licences' as about, drift_measure as measure, n_measured_pairs as n_pairs, parent_mean, child_mean, mean_change,
        mean_change_low95 as low95, mean_change_high95 as high95
    from license_drift
    where relation_scope = 'no_merges'

    union all

    select
        'languages' as about, drift_measure as measure, n_measured_pairs as n_pairs, parent_mean, child_mean, mean_change,
        mean_change_low95 as low95, mean_change_high95 as high95
    from language_drift
    where relation_scope = 'no_merges'

    union all

    select
        'cards' as about, card_measure as measure, n_pairs, parent_mean, child_mean, mean_change, mean_change_low95 as low95,
        mean_change_high95 as high95
    from card_drift
    where relation_scope = 'no_merges'
)

select
    about, measure, case when low95 > 0 then 'rises' when high95 < 0 then 'falls' else 'no direction shown' end as direction,
    parent_mean, child_mean, mean_change, low95, high95, n_pairs
from measured
order by about desc, measure
