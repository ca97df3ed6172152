"""One entry a column name: the same quantity has the same name, type and meaning in every table."""

from __future__ import annotations

from typing import Final

from warehouse.contract.card_columns import CARD_COLUMNS
from warehouse.contract.claimed_columns import CLAIMED_COLUMNS
from warehouse.contract.column import Column, at, count, estimate, flag, number, text, texts
from warehouse.contract.drift_columns import DRIFT_COLUMNS
from warehouse.contract.license_columns import LICENSE_COLUMNS
from warehouse.contract.observation_columns import OBSERVATION_COLUMNS
from warehouse.contract.run_columns import RUN_COLUMNS
from warehouse.contract.scaling_columns import SCALING_COLUMNS
from warehouse.contract.trend_columns import CHANGE_COLUMNS, ORDER_COLUMNS, TREND_COLUMNS

_ALL: Final = (
    # identity
    text("model_id", "Repository id on the hub, owner/name, in the hub's own case; unique without regard to case."),
    text("hub_object_id", "The hub's own key (_id); it stays when a repository is renamed. Null in data older than the field."),
    text("author", "Owner of the repository: the part of model_id before the slash; null for ids without an owner."),
    text("sha", "Commit of the repository's main branch when last observed."),
    text("child_id", "model_id of the model that was made from the parent."),
    text("parent_id", "model_id of the parent; a placeholder's written name where no such model is known; null if rejected."),
    text("parent_ref", "The parent exactly as the source wrote it."),
    # time
    at("created_at", "When the repository was created (UTC). Repositories older than the field carry 2022-03-02."),
    flag("is_created_at_floor", "created_at is the start date of the field, not a birth date."),
    at("last_modified_at", "When any file of the repository last changed (UTC)."),
    at("first_seen_at", "When hubtree first observed the model (UTC)."),
    at("last_seen_at", "When hubtree last observed the model (UTC)."),
    at("removed_at", "First of two complete listings the model was missing from (UTC); null while it is there or in doubt."),
    at("observed_at", "When the hub was asked (UTC)."),
    at("started_at", "When the run, or the step of it, began (UTC)."),
    at("finished_at", "When the run, or the step of it, ended (UTC)."),
    at("checked_at", "When the check ran (UTC)."),
    at("first_created_at", "Creation of the family's oldest model (UTC)."),
    at("last_created_at", "Creation of the family's newest model (UTC)."),
    # use
    count("downloads_30d", "Downloads in the last 30 days when last observed; falls as well as rises."),
    count("downloads_all_time", "Downloads since the beginning, where the hub tells."),
    count("likes", "Likes when last observed."),
    # traits
    text("pipeline_tag", "Task as the hub names it (text-generation, …); null where none is set."),
    text("library_name", "Library as the hub names it (transformers, peft, diffusers, …); null where none is set."),
    text("license_id", "The one declared licence as the hub's id in lower case; null where none or several are declared."),
    texts("license_ids", "All declared licence ids in lower case, sorted."),
    text("license_spdx", "SPDX identifier of license_id; null where none fits exactly (see license_reason)."),
    text("license_class", "Class of license_id in the code table: permissive, use_restricted, non_commercial, …"),
    text("license_reason", "Why license_spdx is null: absent, several, not_in_code_table, no_spdx_id."),
    texts("languages", "Declared languages, lower case, sorted: card metadata first, else tags that are ISO 639-1 codes."),
    text("language_source", "Where languages comes from: card_data, tags; null where there are none."),
    count("n_languages", "Number of entries of languages."),
    flag("is_english_only", "languages is exactly English; null where no language is declared."),
    text(
        "architecture",
        "Model type (llama, bert, …): configuration first, else GGUF header, else the one tag that is a known type.",
    ),
    count(
        "parameter_count",
        "Parameters (N): of a model as the safetensors header says; of a loss or score as its source says. Null where unknown.",
    ),
    flag(
        "has_weights", "The repository holds weight files; false for shells; null where that is unknown (see weights_reason)."
    ),
    text(
        "weights_reason",
        "Why has_weights is null: files_unknown (no source lists the files), file_types_unknown (their names tell nothing).",
    ),
    text("gated", "Access: false, auto or manual, as the hub says; null where the source does not tell."),
    flag("is_private", "The repository is private."),
    flag("is_disabled", "The hub disabled the repository."),
    texts("tags", "All tags as the hub gave them, in its order."),
    # lineage
    text(
        "relation",
        "How the child was made from the parent: finetune, adapter, quantized, merge. Of an edge: declared, else inferred;"
        " of a claim: as declared, null if undeclared.",
    ),
    texts("relations", "All relations declared for the pair, sorted; more than one is a disagreement between sources."),
    text(
        "relation_source",
        "Where relation comes from; declared: a typed tag, card metadata or baseModels said so; inferred: a rule, see"
        " relation_rule; text, of a claim: the card's words or its merge configuration imply it.",
    ),
    number(
        "relation_confidence",
        "Confidence in relation, 0 to 1: 1 declared, 0.8 declared but contradicted, else that of the rule; no estimate.",
        maximum=1,
    ),
    text("relation_rule", "Name of the rule that inferred relation (docs/relations.md); null where it is declared."),
    text("relation_inferred", "What the rules infer for the child, whatever is declared; compare it with relation."),
    text("files_relation", "What the files alone say: adapter or GGUF weights without full ones; null if nothing or unknown."),
    flag(
        "is_relation_disputed",
        "The sources disagree on the relation, or the declared one is not what the signs say, or the files contradict it.",
    ),
    text(
        "node_kind",
        "What the model is by its edges: finetuned, adapter, quantized, merge; base: others descend from it and it names no"
        " parent; null: unknown.",
    ),
    flag(
        "is_weight_inheriting",
        "The child's weights come from the parent's (finetune, adapter, quantized, merge); false where it only taught or lent"
        " its tokenizer; null where nothing tells (see inheritance_rule).",
    ),
    text("inheritance_rule", "Which rule of docs/lineage.md decided is_weight_inheriting."),
    text("successor_ref", "The successor (new_version) exactly as the card wrote it."),
    text("successor_id", "model_id of the successor; a placeholder's written name where no such model is known."),
    text("text_relation", "Relation that the card's words or its merge configuration imply; null where they imply none."),
    text(
        "evidence",
        "Which source made the statement: tag, card_data, base_models, card_text (its words), merge_config (YAML in it).",
    ),
    text("rule", "Rule by which a card was read, see docs/lineage.md; null for declared claims."),
    flag(
        "is_accepted",
        "The claim counts for an edge: it is declared, or supports a declared pair, or its source is sure enough.",
    ),
    flag(
        "is_declared", "A tag, card metadata or baseModels states the pair; else the card's words or merge configuration alone."
    ),
    text("role", "What a parent gave to a merge: base, unused_base, model, adapter, expert, shared_expert, tokenizer."),
    text("merge_method", "Method of the merge as the configuration names it (slerp, ties, passthrough, moe, …)."),
    Column("weight", "DOUBLE", "Weight of the parent in the merge, where it is one number; it may be negative."),
    Column("density", "DOUBLE", "Density of the parent in the merge, where it is one number."),
    count("n_uses", "How often the configurations of the card name the parent in that role.", minimum=1),
    text("disagreement", "What sources that speak of a model's parents disagree on: parents, relations, both."),
    texts("parents_agreed", "Parents that every source names which names any, sorted."),
    texts("parents_disputed", "Parents that some of these sources name and others do not, sorted."),
    texts("relations_disputed", "Relations given to one and the same parent, where there are several; sorted."),
    texts("evidence_sources", "All sources that state the pair, sorted."),
    text("resolution", "How the written reference became an id; exact means letter for letter a known model_id."),
    texts("repairs", "What was changed on the way, in order (trimmed, case_folded, alias_resolved, …); empty for none."),
    text(
        "placeholder_kind",
        "What the hub said of a parent that no listing holds: external (no id of a hub), deleted, private (it exists, closed to"
        " us), missing_or_private (asked without a token); null: never asked, or no placeholder.",
    ),
    text("asked_id", "Id that the hub was asked about: models claim it as parent and no listing held it."),
    text(
        "lookup_status",
        "The hub's newest answer: found, gated, disabled, forbidden, unauthorized (no token), not_found; failed: none.",
    ),
    text("renamed_to", "Id that a redirect, or the answer itself, leads to; null where the id was not renamed."),
    text("found_id", "model_id of the model that was found; its record was landed with the answer."),
    number(
        "confidence",
        "Confidence that the row is right, 0 to 1, by documented rules, no estimate: of a claim, of its source times that the"
        " resolved model is the meant one; of a look-alike, that it is a copy;"
        " of a licence verdict, of its rule times the factors of its doubts.",
        maximum=1,
    ),
    count("n_mentions", "How often the source repeats the same parent.", minimum=1),
    count("n_claims", "Accepted claims behind the edge.", minimum=1),
    flag(
        "is_parent_listed", "The parent is a row of models; else it is a placeholder (outside, deleted, private or misspelt)."
    ),
    flag("is_repaired", "No claim of the edge was exact: it exists through a repair."),
    flag("is_cut", "Left out of depth and trees to break a cycle: the child is not younger than the parent."),
    flag("is_time_inverted", "The child was created before the parent."),
    count("n_parents", "Distinct accepted parents, placeholders included."),
    count("n_children", "Distinct accepted children."),
    count(
        "n_descendants",
        "Distinct models reachable downwards, cut edges left out; null where merges cross too often below to be counted.",
    ),
    count("depth", "Longest chain of accepted edges from a root, in edges; cut edges left out."),
    count(
        "generation",
        "Shortest chain of accepted edges from a root, in edges; cut edges left out. Differs from depth by merges.",
    ),
    text("family_id", "Family of the model in scope no_merges. Null for models without such edges."),
    text(
        "root_id",
        "Of a family: its root with most descendants. Of a model: the root above it that has most descendants.",
    ),
    text(
        "family_scope",
        "Which edges make the family: no_merges (the default), all, as_declared (exact claims alone).",
    ),
    count("n_models", "Models of the family, of the denominator, or that declare the value, that are rows of models."),
    count("n_placeholders", "Members of the family that are not rows of models."),
    count("n_edges", "Accepted edges inside the family."),
    count("n_cut_edges", "Edges of the family that were cut to break cycles."),
    count("width", "Most members at one depth."),
    count("n_leaves", "Members without children."),
    count("n_merges", "Members with several distinct parents."),
    # growth
    count("n_dated_children", "Children of known birth that are not older than the base; cut edges left out.", minimum=10),
    at("first_child_at", "Creation of the base's first dated child (UTC)."),
    at("last_child_at", "Creation of the base's newest dated child (UTC)."),
    number("largest_author_share", "Share of the dated children that the author with most of them made.", maximum=1),
    *estimate("immediacy", "μ of the growth law: mean of the logarithm of age (days) at which the law's clock runs."),
    *estimate("longevity", "σ of the growth law: how long the base attracts children, as spread of the logarithm of age.", 0),
    *estimate("fitness", "λ of the growth law: the curve ends at growth_scale × (exp(λ) - 1) children.", 0),
    number(
        "growth_scale", "m of the growth law, in children: the curve of the row's estimates ends at n_dated_children today."
    ),
    Column("r2", "DOUBLE", "Share of the variance of the counted cumulative curve that the fitted one explains.", maximum=1),
    number("largest_gap_share", "Largest distance of counted and fitted curve, as a share of n_dated_children.", maximum=1),
    flag("is_converged", "The fit came to rest at a top of the likelihood; null where none was made."),
    flag("is_outlier", "The growth law does not describe the curve: largest_gap_share is above 0.1 and beyond chance."),
    flag("has_jump", "Children came abruptly: 10 or more in 3 days, 5 times the expected or more, beyond chance."),
    flag("is_mass_upload", "A jump of which one author made half or more."),
    at("jump_at", "Creation of the first child of the most abrupt jump (UTC); null without a jump."),
    count("n_jump_children", "Children created within 3 days from jump_at.", minimum=10),
    number("jump_author_share", "Share of the jump's children that the author with most of them made.", maximum=1),
    *estimate("predicted_children_180d", "Dated children foreseen 180 days after the end of observation, today's included.", 0),
    Column(
        "forecast_stretch",
        "DOUBLE",
        "Factor by which the law's own interval of the forecast was widened, on the logarithm, so that 95 % of the hub's"
        " forecasts of 180 days ago would have held; null where fewer than 19 could be tried: then it is the law's own.",
        minimum=1,
    ),
    text("growth_reason", "Why estimates of growth are null, the first that holds; null where all are there."),
    text("attachment_method", "How the exponent was measured, and whether over the whole hub or inside families."),
    *estimate("attachment_exponent", "α where the next child chooses a base of k children in proportion to k^α."),
    count("n_choices", "Arrivals that chose between several bases and speak in the estimate."),
    count("n_candidate_bases", "Bases they chose from."),
    count("n_roots", "Members without a parent in the family, cut edges left out.", minimum=1),
    flag("is_tree", "One root, and nobody has two parents, cut edges left out."),
    count(
        "sackin_index", "Sum of the leaves' depths (Sackin 1972; Shao & Sokal 1990): large where branches are long and uneven."
    ),
    number(
        "balance",
        "Tree balance J1 of Lemant et al. 2022: 1 if every branching is even (a star), 0 for a chain; null unless is_tree.",
        maximum=1,
    ),
    count("wiener_index", "Sum of the distances in edges over all pairs of members, either direction (Wiener 1947)."),
    text("wiener_reason", "Why wiener_index is null: loops_and_over_100_members; null where it is counted."),
    number(
        "structural_virality", "Mean distance in edges over all pairs of members (Goel et al. 2016); null like wiener_index."
    ),
    text(
        "denominator",
        "What shares are of: linked_models (members of families) or all_models (an unlinked model is a tree of its own).",
    ),
    count(
        "n_families",
        "Families of the scope; with all_models each unlinked model counts as one. In similarity: those the pairs come from.",
    ),
    number("top_1_share", "Share of the denominator's models in its largest family.", maximum=1),
    number("top_5_share", "Share in its five largest families.", maximum=1),
    number("top_10_share", "Share in its ten largest families.", maximum=1),
    number("top_50_share", "Share in its fifty largest families.", maximum=1),
    number("gini", "Gini coefficient of family sizes in models: 0 if all are equal, near 1 if one holds all.", maximum=1),
    number("hhi", "Herfindahl-Hirschman index: sum of squared shares of the families.", maximum=1),
    text("other_id", "model_id of the oldest model that this one looks like by the rule."),
    text(
        "likeness_rule",
        "What betrays the copy: same_weights (SHA-256 of all weight files), same_name (and parameters and telling tags),"
        " near_name (likewise without words as copy or mirror).",
    ),
    count("n_alike", "Models that share the weights, or the bare name and the parameters.", minimum=2),
    flag("is_linked", "An accepted edge joins the two, so the likeness is declared descent."),
    # cards
    text("card_sha", "Git blob id of the card's bytes; the hub's ETag for it."),
    text("card_status", "Outcome of the last card visit: full, not_modified, no_card, gated, not_found, renamed, failed."),
    flag("is_current", "The newest card version of the model."),
    flag("is_truncated", "The card was longer than the crawler's cap and was cut."),
    count("n_bytes", "Size in bytes."),
    count("n_chars", "Characters of the whole card after decoding."),
    count("n_body_chars", "Characters after front matter and HTML comments are removed."),
    count("n_words", "Words of the body, separated by white space."),
    text("parse_status", "How reading the front matter ended; ok means a mapping was read."),
    texts("flags", "Codes of the defects that were met and repaired or noted, sorted."),
    text("front_matter", "Front matter as JSON text, every scalar as the text that was written; null where none was read."),
    *CARD_COLUMNS,
    flag("is_auto_generated", "The card says automatically generated or generated automatically: the seed paper's rule."),
    # similarity
    text("edge_scope", "Which edges join the motif: finetune, no_merges, merges (what no_merges leaves out of all), all."),
    text("compared", "What of the two models is compared: metadata (listing record as JSON), card (beginning), traits."),
    text(
        "control",
        "as_published compares what the seed paper compares; parent_tags_removed leaves out what names a parent, and in"
        " metadata likes, downloads, creation time and the hub's key.",
    ),
    text(
        "measure",
        "levenshtein: 1 - edits / longer length; bow_cosine, tfidf_cosine: 512 commonest words and word pairs;"
        " …_jaccard: common over all declared values, trait_jaccard of all four traits together.",
    ),
    text(
        "motif",
        "Who is compared: random_pair (linked models), parent_child, siblings, grandparent_grandchild, uncle_nephew, cousins,"
        " three_generations (a model and its great-grandchild).",
    ),
    count("n_pairs", "Pairs of models compared; for traits, those that both declare a value.", minimum=1),
    number("mean", "Mean similarity of the pairs, 0 to 1.", maximum=1),
    number("low95", "Lower end of the mean's 95 % interval: 10,000 bootstraps over pairs, as the seed paper.", maximum=1),
    number("high95", "Upper end of that interval.", maximum=1),
    number(
        "family_low95",
        "Lower end of the mean's 95 % interval over whole families; null for fewer than 10 of them.",
        maximum=1,
    ),
    number("family_high95", "Upper end of that interval.", maximum=1),
    Column("difference", "DOUBLE", "mean less the mean of parent_child; null for parent_child.", minimum=-1, maximum=1),
    Column("difference_low95", "DOUBLE", "Lower end of its 95 % interval over whole families.", minimum=-1, maximum=1),
    Column("difference_high95", "DOUBLE", "Upper end of that interval.", minimum=-1, maximum=1),
    # licence verdicts
    *LICENSE_COLUMNS,
    # measurements
    *OBSERVATION_COLUMNS,
    *CLAIMED_COLUMNS,
    *SCALING_COLUMNS,
    # operation
    text("landing_kind", "Kind of landing file: listing, details, cards, lookups, daily, losses, evaluations."),
    text("landing_file", "Name of the landing file the record came from."),
    count("row_number", "Position in that file, from 0."),
    text("scope", "What was set aside: the whole record, or one field of a record that was kept."),
    text("field", "Name of the field on the wire, where scope is field."),
    text("reason", "Why it was set aside."),
    text(
        "excerpt",
        "Of a record set aside, its first 300 characters as JSON; of a claim, the words of the card that make it, 200 at most.",
    ),
    text("run_id", "Identifier of the run: of hubtree's command; in losses, of the training run."),
    text("verb", "Command of the run: crawl, cards, parents, import, build."),
    text("hub", "Endpoint that was asked."),
    text("mode", "Kind of walk or import: full, incremental, changed, all, listing, …"),
    text("status", "How the run ended: full, partial, failed."),
    flag("is_complete_listing", "Every model of the hub was listed, so a missing model counts as missing."),
    text("watermark", "Newest lastModified seen; the next incremental walk goes down to it."),
    count("n_requests", "Requests sent."),
    count("n_rows", "Rows landed, or rows checked."),
    count("n_files", "Landing files written."),
    number("seconds_waited", "Seconds spent waiting because the hub asked for it."),
    text("note", "What a reader of the run must know."),
    *RUN_COLUMNS,
    count("n_landed", "Rows landed."),
    count("n_kept", "Landed rows that stand in the published table."),
    count("n_superseded", "Landed rows replaced by a newer observation, or repeating one."),
    count("n_quarantined", "Landed rows set aside whole, see quarantine."),
    text("table_name", "Table that was checked."),
    text("check_name", "Name of the check."),
    text("severity", "fail stops publishing, warn is recorded."),
    flag("is_passed", "The check held; null when it could not be run."),
    count("n_failed", "Rows that break the rule."),
    text("observed", "What was found."),
    text("expected", "What must hold."),
)

COLUMNS: Final[dict[str, Column]] = {
    column.name: column for column in (*_ALL, *DRIFT_COLUMNS, *ORDER_COLUMNS, *TREND_COLUMNS, *CHANGE_COLUMNS)
}
