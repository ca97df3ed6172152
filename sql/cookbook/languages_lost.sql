-- question: Which languages are lost most often from parent to child, and which come in?
-- grain: one language that at least 20 parents declare
-- columns: trait_value, n_parents_with, n_lost, lost_share, n_gained, gained_share
-- beware: Over pairs that both declare a language, scope all; models that declare a hundred languages weigh on every one of them.
select trait_value, n_parents_with, n_lost, lost_share, n_gained, gained_share
from language_turnover
where relation_scope = 'all' and n_parents_with >= 20
order by lost_share desc, trait_value
