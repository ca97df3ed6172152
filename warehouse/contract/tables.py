"""One entry a table of the published file: its grain, its columns in order, and the rules that must hold for its rows."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final, Literal

from warehouse.contract.columns import COLUMNS, Column

CONTRACT_VERSION: Final = "1.0"
"""A change that breaks a reader's SQL raises the major number, an added column or table the minor one."""


@dataclass(frozen=True)
class Rule:
    """A rule over rows that types, keys and vocabularies can't say: the SQL selects the rows that break it."""

    name: str
    severity: Literal["fail", "warn"]
    meaning: str
    breaking_rows: str
    """A SELECT that returns the offending rows; empty when the rule holds."""


@dataclass(frozen=True)
class Table:
    """A table: what one row is, its key, its columns, what a reader must beware of."""

    name: str
    grain: str
    key: tuple[str, ...]
    column_names: tuple[str, ...]
    required: tuple[str, ...] = ()
    """Columns without nulls, beside the key."""
    references: tuple[tuple[str, str, str], ...] = ()
    """(column, table, column): every value that is not null must stand there."""
    beware: tuple[str, ...] = ()
    """Usage warnings, shown by `hubtree describe`."""
    rules: tuple[Rule, ...] = ()
    may_be_empty: bool = True

    @property
    def columns(self) -> tuple[Column, ...]:
        """The column entries in order."""
        return tuple(COLUMNS[name] for name in self.column_names)


def _names(text: str) -> tuple[str, ...]:
    return tuple(text.split())


_MODELS = Table(
    name="models",
    grain="one model repository known as of the build",
    key=("model_id",),
    column_names=_names("""
        model_id hub_object_id author created_at is_created_at_floor last_modified_at sha
        downloads_30d downloads_all_time likes pipeline_tag library_name
        license_id license_ids license_spdx license_class license_reason
        languages language_source n_languages is_english_only parameter_count gated is_private is_disabled tags
        n_parents n_children n_descendants family_id root_id depth generation card_sha card_status
        first_seen_at last_seen_at removed_at
    """),
    required=_names("license_ids languages n_languages tags n_parents n_children first_seen_at last_seen_at"),
    beware=(
        "downloads_30d is a moving window: never add it over time.",
        "A model without parents has declared none; that does not make it trained from scratch.",
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
    ),
    may_be_empty=False,
)

_PARENT_CLAIMS = Table(
    name="parent_claims",
    grain="one statement of one source that a model has a parent (child, parent as written, relation, evidence)",
    key=("child_id", "parent_ref", "evidence", "relation"),
    column_names=_names("""
        child_id parent_ref parent_id relation relation_source evidence resolution repairs confidence n_mentions observed_at
    """),
    required=_names("child_id parent_ref evidence resolution repairs n_mentions observed_at"),
    references=(("child_id", "models", "model_id"),),
    beware=("Several sources that say the same are several rows; count edges for pairs.",),
    rules=(
        Rule(
            "rejected claims have no parent, others have one",
            "fail",
            "parent_id is null exactly where resolution is rejected.",
            "select child_id, parent_ref from parent_claims where (parent_id is null) <> (resolution = 'rejected')",
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
    ),
)

_EDGES = Table(
    name="edges",
    grain="one accepted parent-child pair",
    key=("parent_id", "child_id"),
    column_names=_names("""
        parent_id child_id relation relations evidence_sources n_claims is_parent_listed is_repaired is_cut is_time_inverted
    """),
    required=_names("relations evidence_sources n_claims is_parent_listed is_repaired is_cut is_time_inverted"),
    references=(("child_id", "models", "model_id"),),
    beware=("Edges whose parent is a placeholder have is_parent_listed false; join models with that in mind.",),
    rules=(
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
            " where resolution not in ('self', 'rejected') group by all) c using (parent_id, child_id)"
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
    column_names=_names("""
        family_id family_scope root_id n_models n_placeholders n_edges n_cut_edges n_roots depth width n_leaves n_merges
        is_tree sackin_index balance wiener_index wiener_reason structural_virality first_created_at last_created_at
    """),
    required=_names("""
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

_TREE_CONCENTRATION = Table(
    name="tree_concentration",
    grain="one family_scope with one denominator: how few families hold how many models",
    key=("family_scope", "denominator"),
    column_names=_names("""
        family_scope denominator n_families n_models top_1_share top_5_share top_10_share top_50_share gini hhi
    """),
    required=_names("n_families n_models"),
    beware=("The denominator changes the answer: quote it, and the scope, with every number.",),
    rules=(
        Rule(
            "shares of larger heads are larger",
            "fail",
            "The five largest families hold at least what the largest holds, and so on.",
            "select * from tree_concentration where not (top_1_share <= top_5_share and top_5_share <= top_10_share"
            " and top_10_share <= top_50_share)",
        ),
        Rule(
            "linked models are the members of families",
            "fail",
            "n_families and n_models of linked_models are those of families in the same scope.",
            "select t.family_scope, t.n_families, t.n_models from tree_concentration t"
            " left join (select family_scope, count(*) as n, sum(n_models) as m from families group by all) f"
            " using (family_scope)"
            " where t.denominator = 'linked_models' and (t.n_families <> coalesce(f.n, 0) or t.n_models <> coalesce(f.m, 0))",
        ),
    ),
)

_LOOKALIKES = Table(
    name="lookalikes",
    grain="one model that looks like a copy of an older one, by one rule",
    key=("model_id", "rule"),
    column_names=_names("model_id other_id rule confidence n_alike is_linked"),
    required=_names("other_id confidence n_alike is_linked"),
    references=(("model_id", "models", "model_id"), ("other_id", "models", "model_id")),
    beware=(
        "A hint, not an edge: nothing else is computed from it. Absence proves nothing, as few listings carry file hashes.",
        "The older one by created_at is not always the original.",
    ),
    rules=(
        Rule(
            "no model looks like itself",
            "fail",
            "The two models of a pair differ.",
            "select model_id from lookalikes where model_id = other_id",
        ),
    ),
)

_CARDS = Table(
    name="cards",
    grain="one version of a model's card",
    key=("model_id", "card_sha"),
    column_names=_names("""
        model_id card_sha is_current first_seen_at last_seen_at n_bytes is_truncated
        n_chars n_body_chars n_words parse_status flags front_matter
    """),
    required=_names(
        "is_current first_seen_at last_seen_at n_bytes is_truncated n_chars n_body_chars n_words parse_status flags"
    ),
    references=(("model_id", "models", "model_id"),),
    beware=("A model has several rows after its card changed; is_current picks the newest.",),
    rules=(
        Rule(
            "one current card a model",
            "fail",
            "At most one version of a model's card is current.",
            "select model_id from cards where is_current group by model_id having count(*) > 1",
        ),
    ),
)

_QUARANTINE = Table(
    name="quarantine",
    grain="one record, or one field of a record, that could not be read as what it should be",
    key=("landing_file", "row_number", "scope", "field"),
    column_names=_names("landing_kind landing_file row_number model_id scope field reason excerpt observed_at"),
    required=_names("landing_kind landing_file row_number scope reason observed_at"),
)

_DAILY = Table(
    name="daily_metrics",
    grain="one model and day of a recorded time series",
    key=("model_id", "observed_at"),
    column_names=_names("model_id observed_at downloads_30d likes pipeline_tag gated last_modified_at"),
    required=_names("model_id observed_at"),
    beware=("From daily imports only; the nightly crawl's history is in the landing zone.",),
)

_CONSERVATION = Table(
    name="conservation",
    grain="one landing kind: where its rows went",
    key=("landing_kind",),
    column_names=_names("landing_kind n_landed n_kept n_superseded n_quarantined"),
    required=_names("n_landed n_kept n_superseded n_quarantined"),
    rules=(
        Rule(
            "nothing is lost",
            "fail",
            "Rows landed are rows kept, superseded or quarantined.",
            "select * from conservation where n_landed <> n_kept + n_superseded + n_quarantined",
        ),
        Rule(
            "models are the rows kept of listing and details",
            "fail",
            "Each model stands for exactly one kept record.",
            "select * from (select coalesce(sum(n_kept), 0) as n from conservation"
            " where landing_kind in ('listing', 'details')) c,"
            " (select count(*) as n from models) m where c.n <> m.n",
        ),
        Rule(
            "few records are quarantined",
            "fail",
            "At most one record in 200 of a kind is set aside, or 20 records.",
            "select * from conservation where landing_kind <> 'cards' and n_quarantined > greatest(20, n_landed * 0.005)",
        ),
        Rule(
            "few cards belong to unknown models",
            "warn",
            "At most one card visit in 200 names a model that no listing holds; import the listing of that day too.",
            "select * from conservation where landing_kind = 'cards' and n_quarantined > greatest(20, n_landed * 0.005)",
        ),
    ),
)

_RUNS = Table(
    name="runs",
    grain="one finished run of a command",
    key=("run_id",),
    column_names=_names("""
        run_id verb hub mode status is_complete_listing started_at finished_at watermark n_requests n_rows n_files
        seconds_waited note
    """),
    required=_names("verb status started_at finished_at"),
    may_be_empty=False,
)

_CHECK_RESULTS = Table(
    name="check_results",
    grain="one check of one table in the build that made this file",
    key=("table_name", "check_name"),
    column_names=_names("run_id table_name check_name severity is_passed n_rows n_failed observed expected checked_at"),
    required=_names("run_id severity expected checked_at"),
)

TABLES: Final[dict[str, Table]] = {
    table.name: table
    for table in (
        _MODELS,
        _PARENT_CLAIMS,
        _EDGES,
        _FAMILIES,
        _TREE_CONCENTRATION,
        _LOOKALIKES,
        _CARDS,
        _DAILY,
        _QUARANTINE,
        _CONSERVATION,
        _RUNS,
        _CHECK_RESULTS,
    )
}
"""The tables of the published file, in reading order."""
