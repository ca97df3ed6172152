-- question: How fast do safetensors replace pickled weights?
-- grain: one month of creation
-- columns: month_at, n_known, safetensors_share, pickle_only_share
-- beware: Of models with any weight format among their tags; pickle_only means that no safer copy is offered, not that harm is inside.
select
    month_at,
    max(n_known) as n_known,
    max(with_share) filter (where attribute = 'safetensors') as safetensors_share,
    max(with_share) filter (where attribute = 'pickle_only') as pickle_only_share
from reuse_attributes
where trend_group = 'all' and attribute in ('safetensors', 'pickle_only')
group by month_at
order by month_at
