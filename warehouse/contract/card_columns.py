"""Columns of what cards hold: lengths, generators, sections, and the results and emissions they state."""

from __future__ import annotations

from typing import Final

from warehouse.contract.column import Column, count, estimate, flag, number, text, texts

SECTION_MEANINGS: Final = {
    "model_details": "Model details (who, when, version, type, training, citation, licence)",
    "intended_use": "Intended use (primary uses and users, out-of-scope uses)",
    "factors": "Factors (groups, instruments, environments that matter)",
    "metrics": "Metrics (measures, thresholds, variation)",
    "evaluation_data": "Evaluation data",
    "training_data": "Training data",
    "quantitative_analyses": "Quantitative analyses (results)",
    "ethical_considerations": "Ethical considerations (bias, risks, harms, mitigations)",
    "caveats": "Caveats and recommendations (limitations, advice)",
}
"""The nine sections of Model Cards for Model Reporting, in the paper's order."""

CARD_COLUMNS: Final[tuple[Column, ...]] = (
    count("n_card_words", "Words of the whole card, front matter included, separated by white space."),
    count("n_own_chars", "Characters on lines of the body that are no template's: what the card says of this model."),
    count("n_own_words", "Words on those lines."),
    count(
        "n_hand_chars",
        "Characters on lines that neither a template nor its tool's lists, tables and code account for: a person's, as far"
        " as can be told.",
    ),
    number(
        "template_share",
        "Share of the body's characters that stand on template lines; of a group of cards, share that are templates.",
        maximum=1,
    ),
    flag("is_generated", "A tool's mark stands in the card: our rule for auto-generated, see generator."),
    flag("is_template", "A tool wrote the card and n_hand_chars is below 200: no person added more than two sentences."),
    text("generator", "The tool that wrote the card, the chief one of generators; null where no mark was found."),
    texts("generators", "All tools whose marks stand in the card, the chief one first (docs/cards.md lists the marks)."),
    *(
        flag(f"has_{name}", f"A heading or a field of the front matter announces: {meaning}.")
        for name, meaning in SECTION_MEANINGS.items()
    ),
    *(
        count(f"n_{name}_chars", f"Characters below such headings, template lines left out: {meaning.partition(' (')[0]}.")
        for name, meaning in SECTION_MEANINGS.items()
    ),
    texts("sections_from_metadata", "Sections without text that a field of the front matter fills, in the paper's order."),
    texts("sections_generated", "Sections whose text is all a tool's own, sorted."),
    number(
        "completeness_ratio",
        "Share of the nine sections that are filled, by text or by the front matter; says nothing of length.",
        maximum=1,
    ),
    number("body_completeness_ratio", "Share of the nine sections that text fills.", maximum=1),
    texts("hints", "What the front matter says in a way that the hub does not read, as field=value (key); never a value."),
    count("claim_number", "Position among the statements of the card, from 0."),
    text(
        "claim_source",
        "Where a statement stands: model_index, result_list (a trainer's), result_table; metadata or card_text for emissions.",
    ),
    text("task", "Task as the card writes it."),
    text("dataset", "Data set as the card writes it: its id, else its name."),
    text("dataset_config", "Configuration of the data set as the card writes it."),
    text("dataset_split", "Split of the data set as the card writes it."),
    text("metric", "Metric as the source writes it; of a card's tables null, as their labels tell it."),
    text("row_label", "Of a table, first cell of the row; of model-index, the data set's name for people."),
    text("column_label", "Of a table, head of the column; of model-index, the metric's name for people."),
    text("reported_text", "The value as written, 300 characters at most."),
    Column("reported_value", "DOUBLE", "That value as a number, not rescaled; null where it is none."),
    number("reported_spread", "What stands behind +/-; the card does not say of what kind."),
    flag("is_percent", "The value is written with a percent sign; without one the scale is the reader's to tell."),
    text("source_url", "Address of the source: the one a card names for its result, or where a release is."),
    flag("has_verify_token", "A verifyToken is there; whether it is valid only the hub can tell."),
    number("emissions_grams", "Grams of CO2 equivalent; null where the text is no number or its unit is unknown."),
    flag("is_unit_assumed", "No unit is written: grams, as the specification says."),
    text("emissions_source", "How the emissions were found, as the card says."),
    text("training_type", "Pre-training or fine-tuning, as the card says."),
    text("geographical_location", "Where it was trained, as the card says."),
    text("hardware_used", "Hardware, as the card says."),
    text("representative_id", "The oldest model with such a card: the one that the others are compared with."),
    number("card_likeness", "Share of 128 MinHash bins in which the two agree: their Jaccard similarity, ± 0.04.", maximum=1),
    flag("is_same_text", "The two texts are equal, template lines, comments and blanks around lines left out."),
    count("n_cluster_models", "Models whose cards are gathered around the representative, itself included.", minimum=2),
    text(
        "card_measure",
        "What of the cards is compared: a column of cards (yes counts 1), has_card, states_results or states_emissions.",
    ),
    Column("parent_mean", "DOUBLE", "Mean over the pairs of the parent's value."),
    Column("child_mean", "DOUBLE", "Mean over the pairs of the child's value."),
    *estimate("mean_change", "child_mean less parent_mean; the interval draws families again, null for fewer than 10."),
    Column("parent_median", "DOUBLE", "Median over the pairs of the parent's value."),
    Column("child_median", "DOUBLE", "Median over the pairs of the child's value."),
)
