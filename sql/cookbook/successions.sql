-- question: Which models say that a newer one has taken their place?
-- grain: one statement of a model's card
-- columns: model_id, successor_id, is_same_author, is_successor_listed, successor_of_successor, downloads_30d
-- beware: Many cards name a famous model of another maker here; is_same_author tells the two apart. Chains are not followed.
select
    s.model_id,
    s.successor_id,
    split_part(s.successor_id, '/', 1) = m.author as is_same_author,
    n.model_id is not null as is_successor_listed,
    t.successor_id as successor_of_successor,
    m.downloads_30d
from successions s
join models m on m.model_id = s.model_id
left join models n on n.model_id = s.successor_id
left join successions t on t.model_id = s.successor_id and t.resolution not in ('self', 'rejected')
where s.resolution not in ('self', 'rejected')
order by m.downloads_30d desc nulls last, s.model_id, s.successor_id, t.successor_id nulls last
limit 100
