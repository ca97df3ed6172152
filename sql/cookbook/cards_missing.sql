-- question: Which of the most downloaded models have no card?
-- grain: one model whose card was looked for in vain
-- columns: model_id, downloads_30d, card_status, license_id, n_descendants
-- beware: card_status is null for models whose card was never asked for; those are not listed here.
select model_id, downloads_30d, card_status, license_id, n_descendants
from models
where card_status in ('no_card', 'not_found', 'gated', 'failed') and removed_at is null
order by downloads_30d desc nulls last, model_id
limit 50
