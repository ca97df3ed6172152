-- grain: one loss that a model's current card states
-- key: model_id, source_row, eval_set
-- description: Losses and perplexities of model-index and of the Trainer's list, and the log of a training in the card's text. A log
--   is on the evaluation set of the card's one loss, where it names one; a loss told twice counts once, as the log's row.
--   A series is the models of one owner whose names differ in a size alone. Units are not told: nats, as frameworks give them.
-- inputs: evaluation_claims, card_losses, cards, models
with stated as (
    select
        model_id, claim_number, claim_source, reported_value as published_loss,
        coalesce(dataset, 'unnamed') as eval_set,
        case when lower(metric) like '%perplexity%' or lower(metric) = 'ppl' then 'perplexity' else 'e' end as log_base
    from evaluation_claims
    where
        claim_source in ('model_index', 'result_list')
        and lower(metric) in (
            'loss', 'eval_loss', 'eval loss', 'evaluation loss', 'validation_loss', 'validation loss', 'val_loss',
            'cross_entropy', 'cross-entropy', 'cross entropy loss', 'perplexity', 'ppl', 'eval_perplexity'
        )
),

claims as (
    select
        model_id, claim_number, claim_source, published_loss, eval_set, log_base,
        case when log_base = 'e' then published_loss when published_loss > 0 then ln(published_loss) end as loss
    from stated
),

eval_sets as (
    select model_id, min(eval_set) as eval_set
    from claims
    where claim_source = 'model_index'
    group by model_id
    having count(distinct eval_set) = 1
),

logs as (
    select
        c.model_id, l.loss_number, l.loss, l.token_count, l.step, l.epochs,
        coalesce(e.eval_set, 'unnamed') as eval_set,
        row_number() over (
            partition by c.model_id order by l.token_count desc nulls last, l.step desc nulls last, l.loss_number desc
        ) = 1 as is_final
    from cards c
    join card_losses l on l.card_sha = c.card_sha
    left join eval_sets e on e.model_id = c.model_id
    where c.is_current
),

told as (
    select
        model_id, loss_number + 1000 as source_row, 'card_table' as loss_source, loss, loss as published_loss,
        'e' as log_base, token_count, step, epochs, eval_set, is_final
    from logs
    union all
    select
        c.model_id, c.claim_number as source_row, 'model_index' as loss_source, c.loss, c.published_loss, c.log_base,
        null::double as token_count, null::double as step, null::double as epochs, c.eval_set, true as is_final
    from claims c
    where not exists (
        select 1
        from logs l
        where l.model_id = c.model_id and abs(l.loss - c.loss) <= 5e-5 * c.loss
    )
)

select
    t.model_id,
    regexp_replace(t.model_id, '[-_.]?[0-9]+([.][0-9]+)?[bBmMkK](-hf)?$', '') as series,
    m.parameter_count,
    t.source_row,
    t.loss_source,
    t.loss,
    t.published_loss,
    t.log_base,
    t.token_count,
    t.step::bigint as step,
    t.epochs,
    t.eval_set,
    t.is_final,
    m.last_seen_at as observed_at
from told t
join models m on m.model_id = t.model_id
where t.loss > 0 and t.loss <= 30
order by t.model_id, t.source_row, t.eval_set
