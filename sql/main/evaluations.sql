-- grain: one score of a model on a benchmark under one protocol
-- key: source_name, source_file, source_row, protocol_id
-- description: Imported scores that can be true and numbers of model-index. The standard error is the source's, else binomial
--   where the score is an accuracy over a known number of items. Accuracies of cards above 1 are percentages.
-- inputs: landing_evaluations, evaluation_verdicts, evaluation_claims, latest, models
with known as (
    select lower(model_id) as folded_id, min(model_id) as model_id
    from latest
    group by lower(model_id)
),

imported as (
    select
        l.source_name, l.source_file, l.source_row, l.series, l.model_ref, l.model_revision, l.step, l.parameter_count,
        l.token_count, l.compute_flop, l.harness, l.benchmark, l.split, l.n_shots, l.prompt_format, l.weight_precision,
        l.metric, l.metric_kind, l.is_higher_better, l.value, l.stderr, l.n_items, l.model_type, l.base_model_ref,
        l.evaluated_on, l.source_license, l.source_citation, l.source_url, l.observed_at
    from landing_evaluations l
    join evaluation_verdicts v on v.file_rank = l.file_rank and v.row_number = l.row_number
    where v.reason is null
),

claims as (
    select
        c.model_id, c.claim_number, c.dataset, c.dataset_config, c.dataset_split, c.metric, c.reported_value, c.is_percent,
        c.source_url,
        case
            when
                lower(c.metric) in (
                    'accuracy', 'acc', 'acc_norm', 'exact_match', 'em', 'f1', 'f1_macro', 'f1_micro', 'precision', 'recall',
                    'pass@1', 'strict accuracy', 'normalized accuracy', 'inst_level_strict_acc and prompt_level_strict_acc'
                )
                then 'accuracy'
            else 'other'
        end as metric_kind
    from evaluation_claims c
    where
        c.claim_source = 'model_index' and isfinite(c.reported_value) and c.dataset is not null
        and not regexp_matches(lower(coalesce(c.metric, '')), 'loss|entropy|perplexity|^ppl$')
),

told as (
    select
        c.model_id, c.claim_number, c.dataset, c.dataset_config, c.dataset_split, c.metric, c.metric_kind, c.source_url,
        case
            when c.metric_kind = 'accuracy' and (c.is_percent or c.reported_value > 1) then c.reported_value / 100
            else c.reported_value
        end as value
    from claims c
),

of_cards as (
    select
        t.model_id, t.claim_number, t.dataset, t.dataset_config, t.dataset_split, t.metric, t.metric_kind, t.source_url, t.value,
        m.parameter_count, m.last_seen_at
    from told t
    join models m on m.model_id = t.model_id
    where t.metric_kind = 'other' or t.value between 0 and 1
)

select
    k.model_id,
    i.model_ref,
    i.model_revision,
    i.series,
    i.step,
    concat_ws(
        '/', i.harness, i.benchmark, i.split, i.n_shots::varchar || '-shot', i.metric, i.prompt_format
    ) as protocol_id,
    i.harness,
    i.benchmark,
    i.split,
    i.n_shots,
    i.prompt_format,
    i.metric,
    i.metric_kind,
    i.is_higher_better,
    i.value,
    coalesce(
        i.stderr,
        case when i.metric_kind = 'accuracy' and i.n_items > 0 then sqrt(i.value * (1 - i.value) / i.n_items) end
    ) as stderr,
    case
        when i.stderr is not null then 'reported'
        when i.metric_kind = 'accuracy' and i.n_items > 0 then 'binomial'
    end as stderr_source,
    i.n_items,
    i.weight_precision,
    i.parameter_count,
    i.token_count,
    i.compute_flop,
    i.model_type,
    i.base_model_ref,
    case
        when try_cast(i.evaluated_on as timestamp) >= timestamp '1970-01-01' and try_cast(i.evaluated_on as timestamp) < timestamp '2200-01-01'
        then try_cast(i.evaluated_on as timestamp)
    end as evaluated_at,
    'import' as evaluation_source,
    i.source_name,
    i.source_file,
    i.source_row,
    i.source_license,
    i.source_citation,
    i.source_url,
    i.observed_at
from imported i
left join known k on k.folded_id = lower(i.model_ref)

union all

select
    c.model_id,
    c.model_id as model_ref,
    null::varchar as model_revision,
    null::varchar as series,
    null::bigint as step,
    concat_ws('/', 'model_card', c.dataset, c.dataset_config, c.dataset_split, coalesce(c.metric, 'unnamed')) as protocol_id,
    'model_card' as harness,
    c.dataset as benchmark,
    c.dataset_split as split,
    null::bigint as n_shots,
    null::varchar as prompt_format,
    coalesce(c.metric, 'unnamed') as metric,
    c.metric_kind,
    case when c.metric_kind = 'accuracy' then true when lower(c.metric) in ('wer', 'cer') then false end as is_higher_better,
    c.value,
    null::double as stderr,
    null::varchar as stderr_source,
    null::bigint as n_items,
    null::varchar as weight_precision,
    c.parameter_count::double as parameter_count,
    null::double as token_count,
    null::double as compute_flop,
    null::varchar as model_type,
    null::varchar as base_model_ref,
    null::timestamp as evaluated_at,
    'model_index' as evaluation_source,
    'hub' as source_name,
    c.model_id as source_file,
    c.claim_number as source_row,
    null::varchar as source_license,
    null::varchar as source_citation,
    c.source_url,
    c.last_seen_at as observed_at
from of_cards c
order by source_name, source_file, source_row, protocol_id
