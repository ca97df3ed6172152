-- grain: one model whose current card nearly repeats the card of an older model
-- key: model_id
-- description: Near-duplicates of cards, template lines left out, around the oldest model that has the card.
-- inputs: near_duplicates, edges
select
    d.model_id,
    d.card_sha,
    d.representative_id,
    d.card_likeness,
    d.is_same_text,
    d.n_cluster_models,
    (d.representative_id, d.model_id) in (select (parent_id, child_id) from edges) as is_linked
from near_duplicates d
order by d.model_id
