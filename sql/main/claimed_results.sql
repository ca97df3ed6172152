-- grain: one result that a model's card claims for the model itself and that is no loss
-- key: model_id, claim_number
-- description: The claim beside what an imported source measured of the same model on the same benchmark, both as shares; or the
--   reason why they do not compare. Claims are those of model-index, and cells of tables whose other label is the model's own name
--   or a word such as score. Of several measurements the one nearest in protocol is taken, never the one nearest in value.
-- inputs: evaluation_claims, evaluations, models, code_benchmarks
with placed as (
    select
        c.model_id, c.claim_number, c.claim_source, c.reported_text, c.reported_value, c.is_percent, c.metric, c.source_url,
        c.row_label, c.column_label, c.dataset, c.dataset_config,
        case
            when c.claim_source = 'model_index' then 'index'
            when
                regexp_replace(lower(c.column_label), '[^a-z0-9]', '', 'g') in (
                    regexp_replace(lower(split_part(c.model_id, '/', -1)), '[^a-z0-9]', '', 'g'), 'score', 'scores', 'value', 'result',
                    'results', 'acc', 'accuracy'
                )
                then 'row'
            when
                regexp_replace(lower(c.row_label), '[^a-z0-9]', '', 'g')
                = regexp_replace(lower(split_part(c.model_id, '/', -1)), '[^a-z0-9]', '', 'g')
                then 'column'
        end as place
    from evaluation_claims c
    where c.claim_source in ('model_index', 'result_table')
),

labelled as (
    select
        model_id, claim_number, claim_source, reported_text, reported_value, source_url,
        case
            when place = 'index' then [row_label, dataset || ' ' || dataset_config, dataset]
            when place = 'row' then [row_label]
            else [column_label]
        end as labels,
        lower(
            case
                when place = 'index' then metric
                when place = 'row' and lower(column_label) in ('acc', 'accuracy') then 'acc'
            end
        ) as metric_word,
        coalesce(regexp_matches(source_url, 'spaces/[^/]+/open_llm_leaderboard'), false) as is_of_leaderboard,
        coalesce(regexp_matches(source_url, 'spaces/open-llm-leaderboard/open_llm_leaderboard'), false) as is_rescaled,
        is_percent
    from placed
    where place is not null
),

keyed as (
    select
        model_id, claim_number, claim_source, reported_text, reported_value, labels, is_rescaled,
        case metric_word
            when 'accuracy' then 'acc'
            when 'normalized accuracy' then 'acc_norm'
            when 'em' then 'exact_match'
            when 'exact match' then 'exact_match'
            when 'strict accuracy' then 'strict_acc'
            when 'inst_level_strict_acc and prompt_level_strict_acc' then 'strict_acc'
            else metric_word
        end as claimed_metric,
        case when is_percent or is_of_leaderboard or abs(reported_value) > 1 then 'percent' else 'share' end as claimed_unit,
        try_cast(regexp_extract(lower(array_to_string(labels, ' ')), '([0-9]+)[- ]?shot', 1) as bigint) as claimed_shots,
        list_transform(
            labels,
            lambda label: regexp_replace(
                regexp_replace(lower(label), '[(][^)]*[)]|^[^/ ]+/|[0-9]+[- ]?shots?', '', 'g'), '[^a-z0-9]', '', 'g'
            )
        ) as keys
    from labelled
    where
        not regexp_matches(coalesce(metric_word, ''), 'loss|entropy|perplexity|^ppl$')
        and not regexp_matches(coalesce(lower(array_to_string(labels, ' ')), ''), '\b(loss|perplexity|ppl|bpb|bpc)\b')
),

placed_keys as (
    select model_id, claim_number, unnest(keys) as benchmark_key, generate_subscripts(keys, 1) as place
    from keyed
),

-- the first label that the code table knows names the benchmark
numbered as (
    select k.model_id, k.claim_number, b.benchmark_name, b.chance, k.place
    from placed_keys k
    join code_benchmarks b on b.benchmark_key = k.benchmark_key
),

known as (
    select model_id, claim_number, benchmark_name, chance
    from numbered
    qualify row_number() over (partition by model_id, claim_number order by place, benchmark_name) = 1
),

claims as (
    select
        k.model_id, k.claim_number, k.claim_source, k.reported_text, k.claimed_metric, k.claimed_shots, k.claimed_unit,
        k.is_rescaled, b.chance, b.benchmark_name is not null as is_known,
        coalesce(b.benchmark_name, list_filter(k.keys, lambda key: key <> '')[1]) as benchmark_name,
        case
            when not isfinite(k.reported_value) then null
            when k.claimed_unit = 'share' then k.reported_value
            when k.is_rescaled and b.chance > 0 then b.chance + (1 - b.chance) * k.reported_value / 100
            else k.reported_value / 100
        end as claimed_value,
        k.is_rescaled and b.benchmark_name is not null and b.chance is null as is_by_parts
    from keyed k
    left join known b on b.model_id = k.model_id and b.claim_number = k.claim_number
),

measured as (
    select
        e.model_id, e.source_name, e.source_file, e.source_row, e.protocol_id, e.value, e.stderr, e.n_shots, e.metric_kind,
        e.prompt_format, e.evaluated_at, e.observed_at, e.model_revision,
        nullif(
            case lower(e.metric) when 'accuracy' then 'acc' when 'em' then 'exact_match' else lower(e.metric) end, 'score'
        ) as metric,
        coalesce(
            b.benchmark_name,
            regexp_replace(regexp_replace(lower(e.benchmark), '^leaderboard_', ''), '[^a-z0-9]', '', 'g')
        ) as benchmark_name
    from evaluations e
    left join code_benchmarks b
        on b.benchmark_key = regexp_replace(regexp_replace(lower(e.benchmark), '^leaderboard_', ''), '[^a-z0-9]', '', 'g')
    where e.evaluation_source = 'import' and e.model_id is not null
),

measured_models as (
    select distinct model_id from measured
),

pairs as (
    select
        c.model_id, c.claim_number, m.protocol_id, m.source_name, m.value as measured_value, m.stderr as measured_stderr,
        case
            when m.metric <> c.claimed_metric then 'other_metric'
            -- a source that names no metric gives one accuracy a model, so the tenth try or an area can't be meant
            when
                m.metric is null
                and c.claimed_metric not in ('acc', 'acc_norm', 'exact_match', 'strict_acc', 'f1', 'mc1', 'mc2', 'pass@1')
                then 'other_metric'
            when m.n_shots <> c.claimed_shots then 'other_shots'
            when m.metric_kind <> 'accuracy' then 'other_unit'
        end as unlike,
        m.metric is null or c.claimed_metric is null as is_metric_untold,
        m.n_shots is null or c.claimed_shots is null as is_shots_untold,
        m.model_revision is not null and r.sha is not null and m.model_revision <> r.sha as is_other_revision,
        m.prompt_format, m.evaluated_at, m.observed_at, m.source_file, m.source_row
    from claims c
    join measured m on m.model_id = c.model_id and m.benchmark_name = c.benchmark_name
    join models r on r.model_id = c.model_id
),

nearest as (
    select
        model_id, claim_number, protocol_id, source_name, measured_value, measured_stderr, unlike, is_metric_untold,
        is_shots_untold, is_other_revision,
        count(*) filter (where unlike is null) over (partition by model_id, claim_number) as n_measured
    from pairs
    qualify row_number() over (
        partition by model_id, claim_number
        order by
            unlike = 'other_unit' nulls first, unlike = 'other_metric' nulls first, unlike = 'other_shots' nulls first,
            is_metric_untold, is_shots_untold, is_other_revision, prompt_format = 'chat_template' nulls first,
            evaluated_at desc nulls last, observed_at desc, source_name, source_file, source_row, protocol_id
    ) = 1
),

judged as (
    select
        c.model_id, c.claim_number, c.claim_source, c.benchmark_name, c.reported_text, c.claimed_metric, c.claimed_shots,
        c.claimed_unit, c.is_rescaled, c.claimed_value, n.protocol_id, n.source_name, n.measured_value, n.measured_stderr,
        n.n_measured, n.is_metric_untold, n.is_shots_untold, n.is_other_revision,
        case
            when c.claimed_value is null then 'no_number'
            when c.benchmark_name is null then 'benchmark_untold'
            when m.model_id is null then 'model_not_measured'
            when n.protocol_id is null then 'benchmark_not_measured'
            when n.unlike is not null then n.unlike
            when c.is_by_parts then 'rescaled_by_parts'
            when c.claimed_value not between 0 and 1 then 'other_unit'
        end as comparison_reason
    from claims c
    left join measured_models m on m.model_id = c.model_id
    left join nearest n on n.model_id = c.model_id and n.claim_number = c.claim_number
)

select
    j.model_id,
    j.claim_number,
    j.claim_source,
    j.benchmark_name,
    j.reported_text,
    j.claimed_metric,
    j.claimed_shots,
    case when j.comparison_reason is null then j.claimed_unit end as claimed_unit,
    j.is_rescaled,
    case when j.comparison_reason is null then j.claimed_value end as claimed_value,
    case when j.comparison_reason is null then j.protocol_id end as protocol_id,
    case when j.comparison_reason is null then j.source_name end as source_name,
    case when j.comparison_reason is null then j.measured_value end as measured_value,
    case when j.comparison_reason is null then j.measured_stderr end as measured_stderr,
    case when j.comparison_reason is null then j.n_measured else 0 end as n_measured,
    case when j.comparison_reason is null then j.claimed_value - j.measured_value end as claimed_difference,
    case
        when j.comparison_reason is null then abs(j.claimed_value - j.measured_value) > 1.96 * j.measured_stderr
    end as is_beyond_error,
    case
        when j.comparison_reason is null then
            list_filter(
                [
                    case when j.is_metric_untold then 'metric_untold' end, case when j.is_other_revision then 'other_revision' end,
                    case when j.is_rescaled then 'rescaled' end, case when j.is_shots_untold then 'shots_untold' end
                ],
                lambda doubt: doubt is not null
            )
        else []::varchar[]
    end as comparison_doubts,
    j.comparison_reason
from judged j
order by j.model_id, j.claim_number
