-- question: Which sections of cards do children take over from their parents word for word?
-- grain: one section in one relation scope
-- columns: relation_scope, section, n_pairs, n_inherited, inherited_share, low95, high95
-- beware: Both ends fill the section; a text that two cards have from the same generator's lists counts as taken over.
select
    relation_scope,
    section,
    n_pairs,
    n_inherited,
    round(inherited_share, 4) as inherited_share,
    round(inherited_share_low95, 4) as low95,
    round(inherited_share_high95, 4) as high95
from inherited_sections
order by relation_scope, section
