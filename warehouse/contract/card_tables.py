"""Tables of cards: their versions, and the results and emissions that the current ones state."""

from __future__ import annotations

from warehouse.contract.card_columns import SECTION_MEANINGS
from warehouse.contract.table import Rule, Table, names

_PRESENT = tuple(f"has_{name}" for name in SECTION_MEANINGS)
_LENGTHS = tuple(f"n_{name}_chars" for name in SECTION_MEANINGS)
_MEASURED = (
    *names("n_chars n_card_words n_body_chars n_words n_own_chars n_own_words n_hand_chars"),
    "template_share",
    *names("is_auto_generated is_generated is_template generator generators"),
    *_PRESENT,
    *_LENGTHS,
    *names("sections_from_metadata sections_generated completeness_ratio body_completeness_ratio"),
)

CARDS = Table(
    name="cards",
    grain="one version of a model's card",
    key=("model_id", "card_sha"),
    grows_by="first_seen_at",
    column_names=(
        *names("model_id card_sha is_current first_seen_at last_seen_at n_bytes is_truncated"),
        *_MEASURED,
        *names("parse_status flags hints front_matter"),
    ),
    required=(
        *names("is_current first_seen_at last_seen_at n_bytes is_truncated parse_status flags hints"),
        *(name for name in _MEASURED if name not in ("template_share", "generator")),
    ),
    references=(("model_id", "models", "model_id"),),
    beware=(
        "A model has several rows after its card changed; is_current picks the newest.",
        "generator says that a tool wrote a part of the card, not that no person did: see is_template and n_hand_chars.",
        "A section is known by its heading; a card that tells all in plain paragraphs has none.",
    ),
    rules=(
        Rule(
            "one current card a model",
            "fail",
            "At most one version of a model's card is current.",
            "select model_id from cards where is_current group by model_id having count(*) > 1",
        ),
        Rule(
            "a generated card names its generator",
            "fail",
            "generator is the first of generators, and is_generated holds exactly where there is one; so it does in templates.",
            "select model_id, card_sha from cards where is_generated <> (generator is not null)"
            " or generator is distinct from generators[1] or (is_template and not is_generated)",
        ),
        Rule(
            "lengths shrink as more is left out",
            "fail",
            "The body is no longer than the card, its own lines no longer than the body, and hand-written ones than those.",
            "select model_id, card_sha from cards where n_body_chars > n_chars or n_own_chars > n_body_chars"
            " or n_hand_chars > n_own_chars or n_words > n_card_words or n_own_words > n_words",
        ),
        Rule(
            "a section with text has its heading",
            "fail",
            "has_… holds wherever n_…_chars is above 0.",
            "select model_id, card_sha from cards where "
            + " or ".join(f"({length} > 0 and not {present})" for length, present in zip(_LENGTHS, _PRESENT, strict=True)),
        ),
    ),
)

CARD_DRIFT = Table(
    name="card_drift",
    grain="one measure of cards in one relation_scope: how it changes from parent to child",
    key=("relation_scope", "card_measure"),
    column_names=names("""
        relation_scope card_measure n_pairs n_clusters parent_mean child_mean mean_change mean_change_low95 mean_change_high95
        parent_median child_median
    """),
    required=names("n_pairs n_clusters parent_mean child_mean mean_change parent_median child_median"),
    beware=(
        "Both ends have a current card; for has_card both were visited. A parent weighs as much as it has children.",
        "Cards as they are now: a parent's card may have grown after the child was made.",
    ),
    rules=(
        Rule(
            "a mean change lies in its interval",
            "fail",
            "mean_change is child_mean less parent_mean, and its interval has both ends or none and holds it.",
            "select relation_scope, card_measure from card_drift"
            " where abs(mean_change - (child_mean - parent_mean)) > 1e-4 + 1e-9 * abs(parent_mean)"
            " or mean_change < mean_change_low95 or mean_change > mean_change_high95"
            " or (mean_change_low95 is null) <> (mean_change_high95 is null)",
        ),
    ),
)

INHERITED_SECTIONS = Table(
    name="inherited_sections",
    grain="one section of cards in one relation_scope: how often a child has its parent's very text",
    key=("relation_scope", "section"),
    column_names=names("""
        relation_scope section n_pairs n_clusters n_inherited inherited_share inherited_share_low95 inherited_share_high95
    """),
    required=names("n_pairs n_clusters n_inherited inherited_share"),
    beware=(
        "Both ends' current cards fill the section. Template lines are left out, lists that a generator fills in are not.",
        "The same text says not who wrote it first: a parent's card may have been written after the child's.",
    ),
    rules=(
        Rule(
            "inherited sections are counted among their pairs",
            "fail",
            "inherited_share is n_inherited by n_pairs and lies in its interval, which has both ends or none.",
            "select relation_scope, section from inherited_sections where abs(inherited_share - n_inherited / n_pairs) > 1e-4"
            " or inherited_share < inherited_share_low95 or inherited_share > inherited_share_high95"
            " or (inherited_share_low95 is null) <> (inherited_share_high95 is null)",
        ),
    ),
)

CARD_DUPLICATES = Table(
    name="card_duplicates",
    grain="one model whose current card nearly repeats the card of an older model",
    key=("model_id",),
    column_names=names("model_id card_sha representative_id card_likeness is_same_text n_cluster_models is_linked"),
    required=names("card_sha representative_id card_likeness is_same_text n_cluster_models is_linked"),
    references=(("model_id", "models", "model_id"), ("representative_id", "models", "model_id")),
    beware=(
        "Template lines are left out: what two cards share only through their generator makes them no duplicates.",
        "Texts of fewer than 20 words of their own are not compared.",
    ),
    rules=(
        Rule(
            "a near-duplicate is like its representative",
            "fail",
            "card_likeness is at least 0.8, and 1 for the same text; the representative stands for itself in no row.",
            "select model_id from card_duplicates where card_likeness < 0.8 or (is_same_text and card_likeness < 1)"
            " or model_id = representative_id or representative_id in (select model_id from card_duplicates)",
        ),
        Rule(
            "a cluster has as many models as it says",
            "fail",
            "n_cluster_models is the number of rows with the representative, and one.",
            "select representative_id from card_duplicates group by representative_id"
            " having count(*) + 1 <> max(n_cluster_models) or min(n_cluster_models) <> max(n_cluster_models)",
        ),
    ),
)

EVALUATION_CLAIMS = Table(
    name="evaluation_claims",
    grain="one result that a model's current card states",
    key=("model_id", "claim_number"),
    column_names=names("""
        model_id claim_number card_sha claim_source task dataset dataset_config dataset_split metric row_label column_label
        reported_text reported_value reported_spread is_percent source_url has_verify_token
    """),
    required=names("claim_source reported_text is_percent has_verify_token"),
    references=(("model_id", "models", "model_id"),),
    beware=(
        "Self-reported, and as written: 0.83 and 83 may be the same accuracy. Compare within one dataset and metric only.",
        "Tables list other models beside the card's own: their columns and rows are labels, not models.",
        "card_sha is null where no card text was read and the hub's cardData told the result.",
    ),
    rules=(
        Rule(
            "a spread has its value",
            "fail",
            "reported_spread stands only beside reported_value.",
            "select model_id, claim_number from evaluation_claims where reported_spread is not null and reported_value is null",
        ),
    ),
)

CARBON_CLAIMS = Table(
    name="carbon_claims",
    grain="one place in which a model's current card states emissions",
    key=("model_id", "claim_source"),
    column_names=names("""
        model_id claim_source card_sha reported_text emissions_grams is_unit_assumed emissions_source training_type
        geographical_location hardware_used
    """),
    required=names("is_unit_assumed"),
    references=(("model_id", "models", "model_id"),),
    beware=("Self-reported. Bare numbers are taken for grams (is_unit_assumed), but some authors mean kilograms.",),
    rules=(
        Rule(
            "grams are read from a text",
            "fail",
            "emissions_grams stands only beside reported_text.",
            "select model_id from carbon_claims where emissions_grams is not null and reported_text is null",
        ),
    ),
)
