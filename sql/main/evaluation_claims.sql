-- grain: one result that a model's current card states
-- key: model_id, claim_number
-- description: Results as cards state them: model-index, the list that trainers write, tables of scores. Where no card text was
--   read, the model-index of the hub's cardData (card_sha is null).
-- inputs: cards, card_evaluations, hub_evaluations
select
    c.model_id,
    e.claim_number,
    c.card_sha,
    e.claim_source,
    e.task,
    e.dataset,
    e.dataset_config,
    e.dataset_split,
    e.metric,
    e.row_label,
    e.column_label,
    e.reported_text,
    e.reported_value,
    e.reported_spread,
    e.is_percent,
    e.source_url,
    e.has_verify_token
from cards c
join card_evaluations e on e.card_sha = c.card_sha
where c.is_current

union all

select
    model_id, claim_number, null as card_sha, claim_source, task, dataset, dataset_config, dataset_split, metric, row_label,
    column_label, reported_text, reported_value, reported_spread, is_percent, source_url, has_verify_token
from hub_evaluations
order by model_id, claim_number
