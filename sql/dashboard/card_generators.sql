-- question: Who writes the cards?
-- grain: one generator
-- page: drift
-- place: 7
-- chart: bars
-- x: generator
-- y: n_cards
-- unit: current cards
-- n: sum n_cards: current cards
-- method: The first tool whose template is found in the card; a person may have written the rest (docs/cards.md).
select coalesce(generator, 'no tool found') as generator, count(*) as n_cards, avg(template_share) as mean_template_share
from cards
where is_current
group by all
order by n_cards desc, generator
