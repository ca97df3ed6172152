-- question: What does the published file hold, and how fresh is it?
-- grain: one row
select
    (select count(*) from models where removed_at is null) as n_models,
    (select count(*) from models where n_parents > 0) as n_models_with_parents,
    (select count(*) from parent_claims) as n_claims,
    (select count(*) from edges) as n_edges,
    (select count(*) from families where family_scope = 'no_merges') as n_families,
    (select count(*) from cards where is_current) as n_cards,
    (select count(*) from quarantine) as n_quarantined,
    (select count(*) from check_results where not is_passed and severity = 'warn') as n_warnings,
    (select max(last_seen_at) from models) as newest_observation_at,
    (select max(finished_at) from runs where verb = 'build') as built_at
