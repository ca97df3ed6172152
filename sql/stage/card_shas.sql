-- grain: one card text that a visit of the build brought or confirmed
-- key: card_sha
-- description: The checksums whose text was landed at least once.
-- inputs: card_visits, landing_cards
select distinct v.card_sha
from card_visits v
where v.card_sha in (select card_sha from landing_cards where content is not null)
order by v.card_sha
