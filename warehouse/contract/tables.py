"""One entry a table of the published file: its grain, its columns in order, and the rules that must hold for its rows."""

from __future__ import annotations

from typing import Final

from warehouse.contract.card_evidence import CLAIM_DISAGREEMENTS, MERGE_RECIPES, PARENT_LOOKUPS, SUCCESSIONS
from warehouse.contract.card_tables import (
    CARBON_CLAIMS,
    CARD_DRIFT,
    CARD_DUPLICATES,
    CARDS,
    EVALUATION_CLAIMS,
    INHERITED_SECTIONS,
)
from warehouse.contract.claimed_tables import CLAIMED_RESULTS
from warehouse.contract.drift_tables import DRIFT_TABLES
from warehouse.contract.growth import ATTACHMENT_FITS, GROWTH_FITS
from warehouse.contract.license_tables import LICENSE_DUTIES, LICENSE_VERDICTS
from warehouse.contract.observations import EVALUATIONS, LOSSES
from warehouse.contract.operation import CHECK_RESULTS, CONSERVATION, QUARANTINE, RUN_STEPS, RUNS
from warehouse.contract.order_tables import ORDER_TABLES
from warehouse.contract.scaling_chart_tables import SCALING_CHART_TABLES
from warehouse.contract.scaling_tables import SCALING_TABLES
from warehouse.contract.score_tables import DESIGN_GAINS, SCORE_CHANGES, SCORE_FRONTS, SCORE_LINKS, SCORE_SCALING
from warehouse.contract.shape_tables import LOOKALIKES, TREE_CONCENTRATION
from warehouse.contract.table import Rule, Table, names
from warehouse.contract.trend_tables import TREND_TABLES

CONTRACT_VERSION: Final = "1.0"
"""A change that breaks a reader's SQL raises the major number, an added column or table the minor one."""

_MODELS = Table(
    name="models",
    grain="one model repository known as of the build",
    key=("model_id",),
    column_names=names("""
        model_id hub_object_id author created_at is_created_at_floor last_modified_at sha
        downloads_30d downloads_all_time likes pipeline_tag library_name
        license_id license_ids license_spdx license_class license_reason
        languages language_source n_languages is_english_only architecture parameter_count has_weights weights_reason
        gated is_private is_disabled tags
        n_parents n_children n_descendants family_id root_id depth generation node_kind card_sha card_status
        first_seen_at last_seen_at removed_at
    """),
    required=names("license_ids languages n_languages tags n_parents n_children first_seen_at last_seen_at"),
    beware=(
        "downloads_30d is a moving window: never add it over time.",
        "A model without parents has declared none; that does not make it trained from scratch.",
        "node_kind is null where nothing is known: a model without edges is not a base.",
        "created_at of 29,990 models of July 2024 is the start date of the field (is_created_at_floor).",
    ),
    rules=(
        Rule(
            "model_id differs by more than case",
            "fail",
            "The hub's ids are unique without regard to case.",
            "select lower(model_id) as model_id, count(*) as n from models group by all having count(*) > 1",
        ),
        Rule(
            "model_id has the form of a hub id",
            "warn",
            "An id is one name or owner/name of letters, digits, '.', '_' and '-', at most 122 characters.",
            "select model_id from models where not regexp_full_match(model_id, '[A-Za-z0-9._-]+(/[A-Za-z0-9._-]+)?')"
            " or length(model_id) > 122",
        ),
        Rule(
            "seen after it was first seen",
            "fail",
            "last_seen_at is not before first_seen_at.",
            "select model_id from models where last_seen_at < first_seen_at",
        ),
        Rule(
            "not modified before it was created",
            "warn",
            "last_modified_at is not before created_at, but for models older than the field.",
            "select model_id from models where last_modified_at < created_at and not is_created_at_floor",
        ),
        Rule(
            "unknown weights have their reason",
            "fail",
            "weights_reason is set exactly where has_weights is null.",
            "select model_id from models where (has_weights is null) <> (weights_reason is not null)",
        ),
        Rule(
            "a base has children and names no parent",
            "fail",
            "node_kind is base exactly where there are children and no parents, and null exactly where there are neither.",
            "select model_id from models where (node_kind is not distinct from 'base') <> (n_parents = 0 and n_children > 0)"
            " or (node_kind is null) <> (n_parents = 0 and n_children = 0)",
        ),
    ),
    may_be_empty=False,
)

_PARENT_CLAIMS = Table(
    name="parent_claims",
    grain="one statement of one source that a model has a parent (child, parent as written, relation, evidence)",
    key=("child_id", "parent_ref", "evidence", "relation"),
    column_names=names("""
        child_id parent_ref parent_id relation relation_source evidence rule resolution placeholder_kind repairs confidence
        is_accepted excerpt n_mentions observed_at
    """),
    required=names("child_id parent_ref evidence resolution repairs is_accepted n_mentions observed_at"),
    references=(("child_id", "models", "model_id"),),
    beware=(
        "Several sources that say the same are several rows; count edges for pairs.",
        "Claims of a card's text need not make an edge: filter by is_accepted.",
    ),
    rules=(
        Rule(
            "rejected claims have no parent, others have one",
            "fail",
            "parent_id is null exactly where resolution is rejected.",
            "select child_id, parent_ref from parent_claims where (parent_id is null) <> (resolution = 'rejected')",
        ),
        Rule(
            "placeholders alone have a kind",
            "fail",
            "placeholder_kind is null where the parent is a known model.",
            "select child_id, parent_ref from parent_claims where placeholder_kind is not null and resolution <> 'placeholder'",
        ),
        Rule(
            "a self claim names its own model",
            "fail",
            "resolution is self exactly where parent_id is child_id.",
            "select child_id, parent_ref from parent_claims where (parent_id = child_id) <> (resolution = 'self')",
        ),
        Rule(
            "an exact claim was not changed",
            "fail",
            "resolution exact means that parent_ref is parent_id, letter for letter.",
            "select child_id, parent_ref from parent_claims"
            " where resolution = 'exact' and (parent_ref <> parent_id or len(repairs) > 0)",
        ),
        Rule(
            "declared claims of other models are accepted",
            "fail",
            "Nothing that names its own model or none is accepted; what is declared otherwise is.",
            "select child_id, parent_ref from parent_claims where (is_accepted and resolution in ('self', 'rejected'))"
            " or (not is_accepted and resolution not in ('self', 'rejected')"
            " and evidence in ('tag', 'card_data', 'base_models'))",
        ),
        Rule(
            "what a card says is quoted",
            "fail",
            "Claims of a card's text or merge configuration, and they alone, have a rule and an excerpt.",
            "select child_id, parent_ref from parent_claims"
            " where (evidence in ('card_text', 'merge_config')) <> (rule is not null and excerpt is not null)",
        ),
    ),
)

_EDGES = Table(
    name="edges",
    grain="one accepted parent-child pair",
    key=("parent_id", "child_id"),
    column_names=names("""
        parent_id child_id relation relation_source relation_confidence relation_rule relation_inferred files_relation relations
        is_relation_disputed text_relation is_weight_inheriting inheritance_rule evidence_sources n_claims is_declared
        is_parent_listed is_repaired is_cut is_time_inverted
    """),
    required=names("""
        relation relation_source relation_confidence relation_inferred relations is_relation_disputed inheritance_rule
        evidence_sources n_claims is_declared is_parent_listed is_repaired is_cut is_time_inverted
    """),
    references=(("child_id", "models", "model_id"),),
    beware=(
        "Edges whose parent is a placeholder have is_parent_listed false; join models with that in mind.",
        "relation is inferred where nobody declared one (relation_source): the words are the Hub's, finetune is its default.",
    ),
    rules=(
        Rule(
            "a declared relation stands among the declared ones",
            "fail",
            "relation_source is declared exactly where relations is not empty, and then relation is one of them.",
            "select parent_id, child_id from edges where (relation_source = 'declared') <> (len(relations) > 0)"
            " or (len(relations) > 0 and not list_contains(relations, relation))",
        ),
        Rule(
            "an inferred relation names its rule",
            "fail",
            "relation_rule is set exactly where relation_source is inferred, and relation is then relation_inferred.",
            "select parent_id, child_id from edges where (relation_source = 'inferred') <> (relation_rule is not null)"
            " or (relation_source = 'inferred' and relation <> relation_inferred)",
        ),
        Rule(
            "whether weights pass follows its rule",
            "fail",
            "is_weight_inheriting is null exactly for several_parents and false exactly for recipe_gave_none and taught.",
            "select parent_id, child_id from edges where is_weight_inheriting is distinct from case inheritance_rule"
            " when 'several_parents' then null when 'recipe_gave_none' then false when 'taught' then false else true end",
        ),
        Rule(
            "no edge from a model to itself",
            "fail",
            "Self claims stay in parent_claims.",
            "select child_id from edges where parent_id = child_id",
        ),
        Rule(
            "every edge has its claims",
            "fail",
            "n_claims is the number of accepted claims of the pair.",
            "select e.parent_id, e.child_id from edges e"
            " left join (select parent_id, child_id, count(*) as n from parent_claims"
            " where is_accepted group by all) c using (parent_id, child_id)"
            " where e.n_claims is distinct from c.n",
        ),
        Rule(
            "listed parents are models",
            "fail",
            "is_parent_listed says whether parent_id is a row of models.",
            "select e.parent_id from edges e left join models m on m.model_id = e.parent_id"
            " where e.is_parent_listed <> (m.model_id is not null)",
        ),
    ),
)

_FAMILIES = Table(
    name="families",
    grain="one family (weak component of accepted edges with at least two members) in one family_scope",
    key=("family_scope", "family_id"),
    column_names=names("""
        family_id family_scope root_id n_models n_placeholders n_edges n_cut_edges n_roots depth width n_leaves n_merges
        is_tree sackin_index balance wiener_index wiener_reason structural_virality first_created_at last_created_at
    """),
    required=names("""
        root_id n_models n_placeholders n_edges n_cut_edges n_roots depth width n_leaves n_merges is_tree sackin_index
    """),
    beware=("Choose one family_scope: the three describe the same models three times.",),
    rules=(
        Rule(
            "families cover the linked models once",
            "fail",
            "In scope no_merges, n_models adds up to the models that carry a family_id.",
            "select * from (select coalesce(sum(n_models), 0) as n from families where family_scope = 'no_merges') f,"
            " (select count(family_id) as n from models) m where f.n <> m.n",
        ),
        Rule(
            "a tree has one root and no merges",
            "fail",
            "is_tree exactly where n_roots is 1 and no member has two uncut parents; balance stands exactly there.",
            "select family_scope, family_id from families where (is_tree and n_roots <> 1) or is_tree <> (balance is not null)",
        ),
        Rule(
            "an index that is missing says why",
            "fail",
            "wiener_index and structural_virality are null exactly where wiener_reason is not.",
            "select family_scope, family_id from families where (wiener_index is null) <> (wiener_reason is not null)"
            " or (structural_virality is null) <> (wiener_reason is not null)",
        ),
    ),
)

_SIMILARITY = Table(
    name="similarity",
    grain="one motif of relatives and one measure of likeness, in one edge_scope and with or without the control",
    key=("edge_scope", "compared", "control", "measure", "motif"),
    column_names=names("""
        edge_scope compared control measure motif n_pairs n_families mean low95 high95 family_low95 family_high95
        difference difference_low95 difference_high95
    """),
    required=names("n_pairs n_families mean low95 high95"),
    beware=(
        "Under as_published siblings share the tag that names their parent: compare with parent_tags_removed.",
        "low95 and high95 take pairs for independent, which relatives are not: judge by difference_low95, difference_high95.",
        "Traits hold no parent tags and stand under parent_tags_removed alone.",
    ),
    rules=(
        Rule(
            "the interval holds the mean",
            "fail",
            "low95 is at most mean, and high95 at least.",
            "select * from similarity where mean < low95 - 1e-6 or mean > high95 + 1e-6",
        ),
        Rule(
            "a difference is one to parent and child",
            "fail",
            "difference is null for parent_child itself, and has no interval where it is null.",
            "select * from similarity where (motif = 'parent_child' and difference is not null)"
            " or (difference is null and (difference_low95 is not null or difference_high95 is not null))",
        ),
    ),
)

_DAILY = Table(
    name="daily_metrics",
    grain="one model and day of a recorded time series",
    key=("model_id", "observed_at"),
    column_names=names("model_id observed_at downloads_30d likes pipeline_tag gated last_modified_at"),
    required=names("model_id observed_at"),
    grows_by="observed_at",
    beware=("From daily imports only; the nightly crawl's history is in the landing zone.",),
)

TABLES: Final[dict[str, Table]] = {
    table.name: table
    for table in (
        _MODELS,
        _PARENT_CLAIMS,
        _EDGES,
        PARENT_LOOKUPS,
        MERGE_RECIPES,
        CLAIM_DISAGREEMENTS,
        SUCCESSIONS,
        _FAMILIES,
        GROWTH_FITS,
        ATTACHMENT_FITS,
        TREE_CONCENTRATION,
        LOOKALIKES,
        LICENSE_VERDICTS,
        LICENSE_DUTIES,
        CARDS,
        EVALUATION_CLAIMS,
        CARBON_CLAIMS,
        CARD_DRIFT,
        INHERITED_SECTIONS,
        CARD_DUPLICATES,
        _SIMILARITY,
        *DRIFT_TABLES,
        *ORDER_TABLES,
        *TREND_TABLES,
        _DAILY,
        LOSSES,
        *SCALING_TABLES,
        *SCALING_CHART_TABLES,
        EVALUATIONS,
        CLAIMED_RESULTS,
        SCORE_SCALING,
        SCORE_LINKS,
        SCORE_CHANGES,
        SCORE_FRONTS,
        DESIGN_GAINS,
        QUARANTINE,
        CONSERVATION,
        RUNS,
        RUN_STEPS,
        CHECK_RESULTS,
    )
}
"""The tables of the published file, in reading order."""
