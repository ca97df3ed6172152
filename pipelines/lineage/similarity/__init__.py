"""How alike relatives are: the seed paper's motifs and measures, with intervals, and without what gives descent away.

`draw_pairs` chooses pairs of models; `similarity_of_metadata` and `similarity_of_cards` measure them and sum up.
"""

from pipelines.lineage.similarity.draws import Design, draw_pairs
from pipelines.lineage.similarity.summary import SIMILARITY
from pipelines.lineage.similarity.table import similarity_of_cards, similarity_of_metadata
from pipelines.lineage.similarity.texts import CARD_CHARS

__all__ = ["CARD_CHARS", "SIMILARITY", "Design", "draw_pairs", "similarity_of_cards", "similarity_of_metadata"]
