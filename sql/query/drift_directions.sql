-- grain: one measure of licences, languages or cards in one scope of relations
-- key: trait, drift_measure, relation_scope
-- description: How the mean of a measure changes from parent to child, with the same change without what tools write by default.
-- inputs: license_drift, language_drift, card_drift
with measured as (
    select
        'license' as trait, drift_measure, relation_scope, n_measured_pairs as n_pairs, parent_mean, child_mean, mean_change,
        mean_change_low95, mean_change_high95, undefaulted_mean_change, undefaulted_mean_change_low95,
        undefaulted_mean_change_high95, n_clusters
    from license_drift

    union all

    select
        'language' as trait, drift_measure, relation_scope, n_measured_pairs as n_pairs, parent_mean, child_mean, mean_change,
        mean_change_low95, mean_change_high95, null::double as undefaulted_mean_change,
        null::double as undefaulted_mean_change_low95, null::double as undefaulted_mean_change_high95, n_clusters
    from language_drift

    union all

    select
        'card' as trait, card_measure as drift_measure, relation_scope, n_pairs, parent_mean, child_mean, mean_change,
        mean_change_low95, mean_change_high95, null::double as undefaulted_mean_change,
        null::double as undefaulted_mean_change_low95, null::double as undefaulted_mean_change_high95, n_clusters
    from card_drift
)

select
    trait, drift_measure, relation_scope, n_pairs, parent_mean, child_mean, mean_change, mean_change_low95, mean_change_high95,
    undefaulted_mean_change, undefaulted_mean_change_low95, undefaulted_mean_change_high95, n_clusters
from measured
order by trait, drift_measure, relation_scope
