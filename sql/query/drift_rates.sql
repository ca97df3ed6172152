-- grain: one trait in one scope of relations
-- key: trait, scope
-- description: How often traits change by one protocol; one trait or all.
-- inputs: trait_mutations
select
    trait,
    relation_scope as scope,
    n_declared_pairs as n_pairs,
    mutation_rate,
    mutation_rate_low95,
    mutation_rate_high95,
    change_rate,
    undefaulted_mutation_rate,
    null_rate,
    p_value,
    entry_rate,
    loss_rate,
    n_missing_to_present,
    n_present_to_missing,
    n_list_events,
    n_clusters,
    largest_cluster_share
from trait_mutations
where protocol = $protocol and (trait = $trait or $trait is null)
order by trait, list_position(['all', 'no_merges', 'finetune', 'adapter', 'quantized', 'merge'], relation_scope), scope
