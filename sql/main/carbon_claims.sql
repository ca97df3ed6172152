-- grain: one place in which a model's current card states emissions
-- key: model_id, claim_source
-- description: Emissions of carbon dioxide as cards state them, in grams where the number could be read. Where no card text was
--   read, the co2_eq_emissions of the hub's cardData (card_sha is null).
-- inputs: cards, card_carbon, hub_carbon
select
    c.model_id,
    e.claim_source,
    c.card_sha,
    e.reported_text,
    e.emissions_grams,
    e.is_unit_assumed,
    e.emissions_source,
    e.training_type,
    e.geographical_location,
    e.hardware_used
from cards c
join card_carbon e on e.card_sha = c.card_sha
where c.is_current

union all

select
    model_id, claim_source, null as card_sha, reported_text, emissions_grams, is_unit_assumed, emissions_source, training_type,
    geographical_location, hardware_used
from hub_carbon
order by model_id, claim_source
