-- question: Which cards are copied most, and how many of the copies stand on declared children?
-- grain: one card that models repeat, named by the oldest of them
-- columns: representative_id, n_cluster_models, n_same_text, n_authors, n_linked
-- beware: Template lines are left out, so two default cards are no copies; the oldest model need not be where it was written.
select
    d.representative_id,
    max(d.n_cluster_models) as n_cluster_models,
    count(*) filter (where d.is_same_text) as n_same_text,
    count(distinct m.author) as n_authors,
    count(*) filter (where d.is_linked) as n_linked
from card_duplicates d
join models m on m.model_id = d.model_id
group by d.representative_id
order by n_cluster_models desc, d.representative_id
