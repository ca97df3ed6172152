-- question: Which tools write the cards, and how many of their cards did a person add to?
-- grain: one generator, and the cards without a tool's mark
-- columns: generator, n_cards, share, template_share, median_hand_chars, said_so_share
-- beware: Current cards only. A mark proves that a tool wrote a part of the card; said_so_share is the seed paper's rule.
select
    coalesce(generator, 'no mark') as generator,
    count(*) as n_cards,
    round(count(*) / sum(count(*)) over (), 4) as share,
    round(avg(is_template::int), 4) as template_share,
    median(n_hand_chars) as median_hand_chars,
    round(avg(is_auto_generated::int), 4) as said_so_share
from cards
where is_current
group by coalesce(generator, 'no mark')
order by n_cards desc, generator
