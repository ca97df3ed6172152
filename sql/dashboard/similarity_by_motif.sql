-- question: How alike are relatives, with and without the tags that name the parent?
-- grain: one motif and control
-- page: similarity
-- place: 1
-- chart: intervals
-- x: motif
-- y: similarity
-- low: low95
-- high: high95
-- color: control
-- unit: TF-IDF cosine of metadata, 0 to 1
-- n: sum n_pairs: pairs
-- method: Mean likeness of sampled pairs of relatives in all edges without merges, with intervals over whole families (docs/similarity.md).
-- beware: As published, siblings share the tag that names their parent, which alone makes them alike.
select
    motif, control, mean as similarity, coalesce(family_low95, low95) as low95, coalesce(family_high95, high95) as high95, n_pairs,
    n_families
from similarity
where
    compared = 'metadata'
    and measure = 'tfidf_cosine'
    and edge_scope = (
        select edge_scope from similarity where compared = 'metadata' group by edge_scope order by sum(n_pairs) desc, edge_scope limit 1
    )
order by motif, control
