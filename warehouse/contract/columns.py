"""One entry a column name: the same quantity has the same name, type and meaning in every table."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final


@dataclass(frozen=True)
class Column:
    """A column's type in DuckDB, its meaning with unit, and its closed vocabulary or range where it has one."""

    name: str
    type: str
    meaning: str
    values: tuple[str, ...] = ()
    """Closed vocabulary of a text column; empty where any text may stand."""
    minimum: float | None = None
    maximum: float | None = None


VOCABULARIES: Final[dict[str, tuple[str, ...]]] = {
    "relation": ("finetune", "adapter", "quantized", "merge"),
    "relation_source": ("declared", "inferred", "text"),
    "text_relation": ("finetune", "adapter", "quantized", "merge"),
    "evidence": ("tag", "card_data", "base_models", "card_text", "merge_config"),
    "role": ("base", "unused_base", "model", "adapter", "expert", "shared_expert", "tokenizer"),
    "disagreement": ("parents", "relations", "both"),
    "relation_inferred": ("finetune", "adapter", "quantized", "merge"),
    "files_relation": ("adapter", "quantized"),
    "node_kind": ("base", "finetuned", "adapter", "quantized", "merge"),
    "resolution": ("exact", "trimmed", "case", "renamed", "alias", "url", "placeholder", "self", "rejected"),
    "family_scope": ("no_merges", "all", "as_declared"),
    "growth_reason": (
        "birth_unknown",
        "observed_too_briefly",
        "not_converged",
        "not_bent",
        "fitness_not_separable",
        "too_uncertain",
    ),
    "attachment_method": ("cumulative_hub", "likelihood_families", "likelihood_hub"),
    "wiener_reason": ("loops_and_over_100_members",),
    "likeness_rule": ("same_weights", "same_name", "near_name"),
    "denominator": ("linked_models", "all_models"),
    "license_reason": ("absent", "several", "not_in_code_table", "no_spdx_id"),
    "language_source": ("card_data", "tags"),
    "card_status": ("full", "not_modified", "no_card", "gated", "not_found", "renamed", "failed"),
    "landing_kind": ("listing", "details", "cards", "daily"),
    "scope": ("record", "field"),
    "verb": ("crawl", "cards", "import", "build"),
    "status": ("full", "partial", "failed"),
    "severity": ("fail", "warn"),
    "edge_scope": ("finetune", "no_merges", "merges", "all"),
    "compared": ("metadata", "card", "traits"),
    "control": ("as_published", "parent_tags_removed"),
    "measure": (
        "levenshtein",
        "bow_cosine",
        "tfidf_cosine",
        "trait_jaccard",
        "license_jaccard",
        "language_jaccard",
        "task_jaccard",
        "library_jaccard",
    ),
    "motif": (
        "random_pair",
        "parent_child",
        "siblings",
        "grandparent_grandchild",
        "uncle_nephew",
        "cousins",
        "three_generations",
    ),
}
"""Closed vocabularies; a value outside one is a contract violation."""


def _text(name: str, meaning: str) -> Column:
    return Column(name, "VARCHAR", meaning, values=VOCABULARIES.get(name, ()))


def _texts(name: str, meaning: str) -> Column:
    return Column(name, "VARCHAR[]", meaning)


def _at(name: str, meaning: str) -> Column:
    return Column(name, "TIMESTAMP", meaning)


def _flag(name: str, meaning: str) -> Column:
    return Column(name, "BOOLEAN", meaning)


def _count(name: str, meaning: str, minimum: int = 0) -> Column:
    return Column(name, "BIGINT", meaning, minimum=minimum)


def _number(name: str, meaning: str, maximum: float | None = None) -> Column:
    return Column(name, "DOUBLE", meaning, minimum=0, maximum=maximum)


def _estimate(name: str, meaning: str, minimum: float | None = None) -> tuple[Column, Column, Column]:
    """An estimate and the ends of its interval."""
    ends = (
        (f"{name}_{end}95", f"{word} end of the 95 % interval of {name}.")
        for end, word in (("low", "Lower"), ("high", "Upper"))
    )
    low, high = (Column(bound, "DOUBLE", text, minimum=minimum) for bound, text in ends)
    return Column(name, "DOUBLE", meaning, minimum=minimum), low, high


_ALL: Final = (
    # identity
    _text("model_id", "Repository id on the hub, owner/name, in the hub's own case; unique without regard to case."),
    _text(
        "hub_object_id", "The hub's own key (_id); it stays when a repository is renamed. Null in data older than the field."
    ),
    _text("author", "Owner of the repository: the part of model_id before the slash; null for ids without an owner."),
    _text("sha", "Commit of the repository's main branch when last observed."),
    _text("child_id", "model_id of the model that was made from the parent."),
    _text("parent_id", "model_id of the parent; a placeholder's written name where no such model is known; null if rejected."),
    _text("parent_ref", "The parent exactly as the source wrote it."),
    # time
    _at("created_at", "When the repository was created (UTC). Repositories older than the field carry 2022-03-02."),
    _flag("is_created_at_floor", "created_at is the start date of the field, not a birth date."),
    _at("last_modified_at", "When any file of the repository last changed (UTC)."),
    _at("first_seen_at", "When hubtree first observed the model (UTC)."),
    _at("last_seen_at", "When hubtree last observed the model (UTC)."),
    _at("removed_at", "First of two complete listings the model was missing from (UTC); null while it is there or in doubt."),
    _at("observed_at", "When the hub was asked (UTC)."),
    _at("started_at", "When the run began (UTC)."),
    _at("finished_at", "When the run ended (UTC)."),
    _at("checked_at", "When the check ran (UTC)."),
    _at("first_created_at", "Creation of the family's oldest model (UTC)."),
    _at("last_created_at", "Creation of the family's newest model (UTC)."),
    # use
    _count("downloads_30d", "Downloads in the last 30 days when last observed; falls as well as rises."),
    _count("downloads_all_time", "Downloads since the beginning, where the hub tells."),
    _count("likes", "Likes when last observed."),
    # traits
    _text("pipeline_tag", "Task as the hub names it (text-generation, …); null where none is set."),
    _text("library_name", "Library as the hub names it (transformers, peft, diffusers, …); null where none is set."),
    _text("license_id", "The one declared licence as the hub's id in lower case; null where none or several are declared."),
    _texts("license_ids", "All declared licence ids in lower case, sorted."),
    _text("license_spdx", "SPDX identifier of license_id; null where none fits exactly (see license_reason)."),
    _text("license_class", "Class of license_id in the code table: permissive, use_restricted, non_commercial, …"),
    _text("license_reason", "Why license_spdx is null: absent, several, not_in_code_table, no_spdx_id."),
    _texts("languages", "Declared languages, lower case, sorted: card metadata first, else tags that are ISO 639-1 codes."),
    _text("language_source", "Where languages comes from: card_data, tags; null where there are none."),
    _count("n_languages", "Number of entries of languages."),
    _flag("is_english_only", "languages is exactly English; null where no language is declared."),
    _count("parameter_count", "Parameters (N) as the safetensors header says; null where unknown."),
    _text("gated", "Access: false, auto or manual, as the hub says; null where the source does not tell."),
    _flag("is_private", "The repository is private."),
    _flag("is_disabled", "The hub disabled the repository."),
    _texts("tags", "All tags as the hub gave them, in its order."),
    # lineage
    _text(
        "relation",
        "How the child was made from the parent: finetune, adapter, quantized, merge. Of an edge: declared, else inferred;"
        " of a claim: as declared, null if undeclared.",
    ),
    _texts("relations", "All relations declared for the pair, sorted; more than one is a disagreement between sources."),
    _text(
        "relation_source",
        "Where relation comes from; declared: a typed tag, card metadata or baseModels said so; inferred: a rule, see"
        " relation_rule; text, of a claim: the card's words or its merge configuration imply it.",
    ),
    _number(
        "relation_confidence",
        "Confidence in relation, 0 to 1: 1 declared, 0.8 declared but contradicted, else that of the rule; no estimate.",
        maximum=1,
    ),
    _text("relation_rule", "Name of the rule that inferred relation (docs/relations.md); null where it is declared."),
    _text("relation_inferred", "What the rules infer for the child, whatever is declared; compare it with relation."),
    _text("files_relation", "What the files alone say: adapter or GGUF weights without full ones; null if nothing or unknown."),
    _flag(
        "is_relation_disputed",
        "The sources disagree on the relation, or the declared one is not what the signs say, or the files contradict it.",
    ),
    _text(
        "node_kind",
        "What the model is by its edges: finetuned, adapter, quantized, merge; base: others descend from it and it names no"
        " parent; null: unknown.",
    ),
    _text("successor_ref", "The successor (new_version) exactly as the card wrote it."),
    _text("successor_id", "model_id of the successor; a placeholder's written name where no such model is known."),
    _text("text_relation", "Relation that the card's words or its merge configuration imply; null where they imply none."),
    _text(
        "evidence",
        "Which source made the statement: tag, card_data, base_models, card_text (its words), merge_config (YAML in it).",
    ),
    _text("rule", "Rule by which a card was read, see docs/lineage.md; null for declared claims."),
    _flag(
        "is_accepted",
        "The claim counts for an edge: it is declared, or supports a declared pair, or its source is sure enough.",
    ),
    _flag(
        "is_declared", "A tag, card metadata or baseModels states the pair; else the card's words or merge configuration alone."
    ),
    _text("role", "What a parent gave to a merge: base, unused_base, model, adapter, expert, shared_expert, tokenizer."),
    _text("merge_method", "Method of the merge as the configuration names it (slerp, ties, passthrough, moe, …)."),
    Column("weight", "DOUBLE", "Weight of the parent in the merge, where it is one number; it may be negative."),
    Column("density", "DOUBLE", "Density of the parent in the merge, where it is one number."),
    _count("n_uses", "How often the configurations of the card name the parent in that role.", minimum=1),
    _text("disagreement", "What sources that speak of a model's parents disagree on: parents, relations, both."),
    _texts("parents_agreed", "Parents that every source names which names any, sorted."),
    _texts("parents_disputed", "Parents that some of these sources name and others do not, sorted."),
    _texts("relations_disputed", "Relations given to one and the same parent, where there are several; sorted."),
    _texts("evidence_sources", "All sources that state the pair, sorted."),
    _text("resolution", "How the written reference became an id; exact means letter for letter a known model_id."),
    _texts("repairs", "What was changed on the way, in order (trimmed, case_folded, alias_resolved, …); empty for none."),
    _number(
        "confidence",
        "Confidence that the row is right, 0 to 1, by documented rules, no estimate: of a claim, of its source times that the"
        " resolved model is the meant one; of a look-alike, that it is a copy.",
        maximum=1,
    ),
    _count("n_mentions", "How often the source repeats the same parent.", minimum=1),
    _count("n_claims", "Accepted claims behind the edge.", minimum=1),
    _flag(
        "is_parent_listed", "The parent is a row of models; else it is a placeholder (outside, deleted, private or misspelt)."
    ),
    _flag("is_repaired", "No claim of the edge was exact: it exists through a repair."),
    _flag("is_cut", "Left out of depth and trees to break a cycle: the child is not younger than the parent."),
    _flag("is_time_inverted", "The child was created before the parent."),
    _count("n_parents", "Distinct accepted parents, placeholders included."),
    _count("n_children", "Distinct accepted children."),
    _count(
        "n_descendants",
        "Distinct models reachable downwards, cut edges left out; null where merges cross too often below to be counted.",
    ),
    _count("depth", "Longest chain of accepted edges from a root, in edges; cut edges left out."),
    _count(
        "generation",
        "Shortest chain of accepted edges from a root, in edges; cut edges left out. Differs from depth by merges.",
    ),
    _text("family_id", "Family of the model in scope no_merges. Null for models without such edges."),
    _text(
        "root_id",
        "Of a family: its root with most descendants. Of a model: the root above it that has most descendants.",
    ),
    _text(
        "family_scope",
        "Which edges make the family: no_merges (the default), all, as_declared (exact claims alone).",
    ),
    _count("n_models", "Models of the family, or of the denominator, that are rows of models."),
    _count("n_placeholders", "Members of the family that are not rows of models."),
    _count("n_edges", "Accepted edges inside the family."),
    _count("n_cut_edges", "Edges of the family that were cut to break cycles."),
    _count("width", "Most members at one depth."),
    _count("n_leaves", "Members without children."),
    _count("n_merges", "Members with several distinct parents."),
    # growth
    _count("n_dated_children", "Children of known birth that are not older than the base; cut edges left out.", minimum=10),
    _at("first_child_at", "Creation of the base's first dated child (UTC)."),
    _at("last_child_at", "Creation of the base's newest dated child (UTC)."),
    _number("largest_author_share", "Share of the dated children that the author with most of them made.", maximum=1),
    *_estimate("immediacy", "μ of the growth law: mean of the logarithm of age (days) at which the law's clock runs."),
    *_estimate("longevity", "σ of the growth law: how long the base attracts children, as spread of the logarithm of age.", 0),
    *_estimate("fitness", "λ of the growth law: the curve ends at growth_scale × (exp(λ) - 1) children.", 0),
    _number(
        "growth_scale", "m of the growth law, in children: the curve of the row's estimates ends at n_dated_children today."
    ),
    Column("r2", "DOUBLE", "Share of the variance of the counted cumulative curve that the fitted one explains.", maximum=1),
    _number("largest_gap_share", "Largest distance of counted and fitted curve, as a share of n_dated_children.", maximum=1),
    _flag("is_converged", "The fit came to rest at a top of the likelihood; null where none was made."),
    _flag("is_outlier", "The growth law does not describe the curve: largest_gap_share is above 0.1 and beyond chance."),
    _flag("has_jump", "Children came abruptly: 10 or more in 3 days, 5 times the expected or more, beyond chance."),
    _flag("is_mass_upload", "A jump of which one author made half or more."),
    _at("jump_at", "Creation of the first child of the most abrupt jump (UTC); null without a jump."),
    _count("n_jump_children", "Children created within 3 days from jump_at.", minimum=10),
    _number("jump_author_share", "Share of the jump's children that the author with most of them made.", maximum=1),
    *_estimate(
        "predicted_children_180d", "Dated children foreseen 180 days after the end of observation, today's included.", 0
    ),
    _text("growth_reason", "Why estimates of growth are null, the first that holds; null where all are there."),
    _text("attachment_method", "How the exponent was measured, and whether over the whole hub or inside families."),
    *_estimate("attachment_exponent", "α where the next child chooses a base of k children in proportion to k^α."),
    _count("n_choices", "Arrivals that chose between several bases and speak in the estimate."),
    _count("n_candidate_bases", "Bases they chose from."),
    _count("n_roots", "Members without a parent in the family, cut edges left out.", minimum=1),
    _flag("is_tree", "One root, and nobody has two parents, cut edges left out."),
    _count(
        "sackin_index", "Sum of the leaves' depths (Sackin 1972; Shao & Sokal 1990): large where branches are long and uneven."
    ),
    _number(
        "balance",
        "Tree balance J1 of Lemant et al. 2022: 1 if every branching is even (a star), 0 for a chain; null unless is_tree.",
        maximum=1,
    ),
    _count("wiener_index", "Sum of the distances in edges over all pairs of members, either direction (Wiener 1947)."),
    _text("wiener_reason", "Why wiener_index is null: loops_and_over_100_members; null where it is counted."),
    _number(
        "structural_virality", "Mean distance in edges over all pairs of members (Goel et al. 2016); null like wiener_index."
    ),
    _text(
        "denominator",
        "What shares are of: linked_models (members of families) or all_models (an unlinked model is a tree of its own).",
    ),
    _count("n_families", "Families of the scope; with all_models each unlinked model counts as one."),
    _number("top_1_share", "Share of the denominator's models in its largest family.", maximum=1),
    _number("top_5_share", "Share in its five largest families.", maximum=1),
    _number("top_10_share", "Share in its ten largest families.", maximum=1),
    _number("top_50_share", "Share in its fifty largest families.", maximum=1),
    _number("gini", "Gini coefficient of family sizes in models: 0 if all are equal, near 1 if one holds all.", maximum=1),
    _number("hhi", "Herfindahl-Hirschman index: sum of squared shares of the families.", maximum=1),
    _text("other_id", "model_id of the oldest model that this one looks like by the rule."),
    _text(
        "likeness_rule",
        "What betrays the copy: same_weights (SHA-256 of all weight files), same_name (and parameters and telling tags),"
        " near_name (likewise without words as copy or mirror).",
    ),
    _count("n_alike", "Models that share the weights, or the bare name and the parameters.", minimum=2),
    _flag("is_linked", "An accepted edge joins the two, so the likeness is declared descent."),
    # cards
    _text("card_sha", "Git blob id of the card's bytes; the hub's ETag for it."),
    _text("card_status", "Outcome of the last card visit: full, not_modified, no_card, gated, not_found, renamed, failed."),
    _flag("is_current", "The newest card version of the model."),
    _flag("is_truncated", "The card was longer than the crawler's cap and was cut."),
    _count("n_bytes", "Size in bytes."),
    _count("n_chars", "Characters of the whole card after decoding."),
    _count("n_body_chars", "Characters after front matter and HTML comments are removed."),
    _count("n_words", "Words of the body, separated by white space."),
    _text("parse_status", "How reading the front matter ended; ok means a mapping was read."),
    _texts("flags", "Codes of the defects that were met and repaired or noted, sorted."),
    _text("front_matter", "Front matter as JSON text, every scalar as the text that was written; null where none was read."),
    _flag("is_auto_generated", "The card says automatically generated or generated automatically: the seed paper's rule."),
    # similarity
    _text("edge_scope", "Which edges join the motif: finetune, no_merges, merges (what no_merges leaves out of all), all."),
    _text("compared", "What of the two models is compared: metadata (listing record as JSON), card (beginning), traits."),
    _text(
        "control",
        "as_published compares what the seed paper compares; parent_tags_removed leaves out what names a parent, and in"
        " metadata likes, downloads, creation time and the hub's key.",
    ),
    _text(
        "measure",
        "levenshtein: 1 - edits / longer length; bow_cosine, tfidf_cosine: 512 commonest words and word pairs;"
        " …_jaccard: common over all declared values, trait_jaccard of all four traits together.",
    ),
    _text(
        "motif",
        "Who is compared: random_pair (linked models), parent_child, siblings, grandparent_grandchild, uncle_nephew, cousins,"
        " three_generations (a model and its great-grandchild).",
    ),
    _count("n_pairs", "Pairs of models compared; for traits, those that both declare a value.", minimum=1),
    _count("n_families", "Families (weak components of the edge_scope) the pairs come from.", minimum=1),
    _number("mean", "Mean similarity of the pairs, 0 to 1.", maximum=1),
    _number("low95", "Lower end of the mean's 95 % interval: 10,000 bootstraps over pairs, as the seed paper.", maximum=1),
    _number("high95", "Upper end of that interval.", maximum=1),
    _number(
        "family_low95",
        "Lower end of the mean's 95 % interval over whole families; null for fewer than 10 of them.",
        maximum=1,
    ),
    _number("family_high95", "Upper end of that interval.", maximum=1),
    Column("difference", "DOUBLE", "mean less the mean of parent_child; null for parent_child.", minimum=-1, maximum=1),
    Column("difference_low95", "DOUBLE", "Lower end of its 95 % interval over whole families.", minimum=-1, maximum=1),
    Column("difference_high95", "DOUBLE", "Upper end of that interval.", minimum=-1, maximum=1),
    # operation
    _text("landing_kind", "Kind of landing file: listing, details, cards, daily."),
    _text("landing_file", "Name of the landing file the record came from."),
    _count("row_number", "Position in that file, from 0."),
    _text("scope", "What was set aside: the whole record, or one field of a record that was kept."),
    _text("field", "Name of the field on the wire, where scope is field."),
    _text("reason", "Why it was set aside."),
    _text(
        "excerpt",
        "Of a record set aside, its first 300 characters as JSON; of a claim, the words of the card that make it, 200 at most.",
    ),
    _text("run_id", "Identifier of the run."),
    _text("verb", "Command of the run: crawl, cards, import, build."),
    _text("hub", "Endpoint that was asked."),
    _text("mode", "Kind of walk or import: full, incremental, changed, all, listing, …"),
    _text("status", "How the run ended: full, partial, failed."),
    _flag("is_complete_listing", "Every model of the hub was listed, so a missing model counts as missing."),
    _text("watermark", "Newest lastModified seen; the next incremental walk goes down to it."),
    _count("n_requests", "Requests sent."),
    _count("n_rows", "Rows landed, or rows checked."),
    _count("n_files", "Landing files written."),
    _number("seconds_waited", "Seconds spent waiting because the hub asked for it."),
    _text("note", "What a reader of the run must know."),
    _count("n_landed", "Rows landed."),
    _count("n_kept", "Landed rows that stand in the published table."),
    _count("n_superseded", "Landed rows replaced by a newer observation, or repeating one."),
    _count("n_quarantined", "Landed rows set aside whole, see quarantine."),
    _text("table_name", "Table that was checked."),
    _text("check_name", "Name of the check."),
    _text("severity", "fail stops publishing, warn is recorded."),
    _flag("is_passed", "The check held; null when it could not be run."),
    _count("n_failed", "Rows that break the rule."),
    _text("observed", "What was found."),
    _text("expected", "What must hold."),
)

COLUMNS: Final[dict[str, Column]] = {column.name: column for column in _ALL}
