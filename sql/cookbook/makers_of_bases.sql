-- question: Whose models do others build on most?
-- grain: one owner
-- columns: author, n_models, n_bases, n_children, downloads_30d
-- beware: Children are counted once for each parent; an owner's own derivatives are among them.
select
    author,
    count(*) as n_models,
    count(*) filter (where n_children > 0) as n_bases,
    cast(sum(n_children) as bigint) as n_children,
    cast(sum(downloads_30d) as bigint) as downloads_30d
from models
where author is not null
group by author
having sum(n_children) > 0
order by n_children desc, author
limit 50
