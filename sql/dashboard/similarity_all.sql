-- question: Does it hold for other measures?
-- grain: one scope, comparison, measure, control and motif
-- page: similarity
-- place: 2
-- chart: none
-- unit: likeness, 0 to 1
-- n: sum n_pairs: pairs
-- method: Normalised Levenshtein, bag of words and TF-IDF on metadata and cards, Jaccard on traits (docs/similarity.md).
-- shown: 60
-- search: yes
select compared, measure, motif, control, edge_scope, mean, low95, high95, difference, difference_low95, difference_high95, n_pairs,
    n_families
from similarity
order by compared, measure, motif, control, edge_scope
