"""A way to break each rule of the tables of cards."""

CARD_RULES = {
    "one current card a model": "update cards set is_current = true",
    "a generated card names its generator": "update cards set generator = null where is_generated",
    "lengths shrink as more is left out": "update cards set n_hand_chars = n_own_chars + 1",
    "a section with text has its heading": "update cards set n_factors_chars = 5",
    "a spread has its value": "update evaluation_claims set reported_value = null where metric = 'reward'",
    "a mean change lies in its interval": "update card_drift set mean_change_high95 = mean_change - 1",
    "inherited sections are counted among their pairs": "update inherited_sections set n_inherited = n_inherited + 1",
    "a near-duplicate is like its representative": "update card_duplicates set card_likeness = 0.5",
    "a cluster has as many models as it says": "update card_duplicates set n_cluster_models = n_cluster_models + 1",
    "grams are read from a text": "update carbon_claims set reported_text = null",
}
