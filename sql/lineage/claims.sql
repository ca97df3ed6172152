-- grain: one statement of one source that a model has a parent
-- key: child_id, parent_ref, evidence, relation
-- description: Tags (base_model:<id> and base_model:<relation>:<id>), card metadata (base_model, string or list) and the
--   hub's baseModels, as written; and what the current card's text and merge configurations name. A typed tag and the untyped
--   tag of the same parent are one statement; roles of one parent in a merge are one statement, the surest is quoted.
-- inputs: tag_facts, stated_parents, latest, cards, card_claims
with tag_refs as (
    select
        t.model_number as child,
        case when t.relation is null then t.value else substr(t.value, length(t.relation) + 2) end as parent_ref,
        t.relation,
        t.n_mentions
    from (
        select
            model_number, value, n_mentions,
            case
                when starts_with(value, 'finetune:') then 'finetune'
                when starts_with(value, 'adapter:') then 'adapter'
                when starts_with(value, 'quantized:') then 'quantized'
                when starts_with(value, 'merge:') then 'merge'
            end as relation
        from tag_facts
        where kind = 'parent'
    ) t
),

typed as (
    select distinct child, parent_ref
    from tag_refs
    where relation is not null
),

untyped as (
    select child, parent_ref, n_mentions
    from tag_refs
    where relation is null
),

-- The join is by equality alone: a condition on one of its sides would compare every tag with every other.
tag_claims as (
    select child, parent_ref, relation, 'tag' as evidence, n_mentions
    from tag_refs
    where relation is not null

    union all

    select u.child, u.parent_ref, null as relation, 'tag' as evidence, u.n_mentions
    from untyped u
    left join typed t on t.child = u.child and t.parent_ref = u.parent_ref
    where t.child is null
),

metadata_claims as (
    select
        model_number as child,
        coalesce(parent_ref, '') as parent_ref,
        case when written_relation in ('finetune', 'adapter', 'quantized', 'merge') then written_relation end as relation,
        evidence,
        count(*) as n_mentions
    from stated_parents
    group by all
),

claims as (
    select * from tag_claims
    union all
    select * from metadata_claims
),

declared as (
    select
        l.model_id as child_id, c.parent_ref, c.relation, c.evidence, null::varchar as rule, null::varchar as excerpt, 1.0::double as confidence,
        c.n_mentions, l.last_seen_at as observed_at
    from claims c
    join latest l on l.model_number = c.child
),

written as (
    select
        k.model_id as child_id, c.parent_ref, c.relation, c.evidence,
        arg_max(c.rule, (c.confidence, c.rule)) as rule,
        arg_max(c.excerpt, (c.confidence, c.rule)) as excerpt,
        max(c.confidence) as confidence,
        sum(c.n_mentions)::bigint as n_mentions,
        k.last_seen_at as observed_at
    from cards k
    join card_claims c on c.card_sha = k.card_sha
    where k.is_current and c.role is distinct from 'tokenizer'
    group by k.model_id, k.last_seen_at, c.parent_ref, c.relation, c.evidence
)

select child_id, parent_ref, relation, evidence, rule, excerpt, confidence, n_mentions, observed_at
from declared
union all
select child_id, parent_ref, relation, evidence, rule, excerpt, confidence, n_mentions, observed_at
from written
order by child_id, parent_ref, evidence, relation nulls last
