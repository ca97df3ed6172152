-- grain: one card text that is still to be parsed
-- key: card_sha
-- description: The bytes of the wanted texts; visits with the same checksum brought the same bytes.
-- inputs: landing_cards, wanted_cards
select card_sha, arg_min(content, (file_rank, row_number)) as content
from landing_cards
where content is not null and card_sha in (select card_sha from wanted_cards)
group by card_sha
order by card_sha
