"""Columns of the drift tables: what values traits have, how often they change along edges, and in which direction."""

from __future__ import annotations

from typing import Final

from warehouse.contract.column import Column, count, estimate, number, text, texts


def rate(name: str, meaning: str) -> tuple[Column, Column, Column]:
    """A share with the ends of its interval; the ends are shares themselves."""
    low, high = (
        Column(f"{name}_{end}95", "DOUBLE", f"{word} end of the 95 % interval of {name}, families drawn again.", (), 0, 1)
        for end, word in (("low", "Lower"), ("high", "Upper"))
    )
    return number(name, meaning, maximum=1), low, high


DRIFT_COLUMNS: Final = (
    text("trait", "What of a model is compared: license, language, task, library, dataset, architecture, parameter_count."),
    text("raw_value", "The value as declared, in lower case where the hub's tag is."),
    texts(
        "spellings",
        "Of licences and languages: every way authors write raw_value in card metadata, case and blanks kept; null where"
        " tags alone tell it, whose case the hub lowers.",
    ),
    text("trait_value", "What drift compares: hub id of a licence, base language, …; null where the raw value is none."),
    text("standard_id", "SPDX expression of a licence, BCP-47 tag of a language; null where there is none."),
    text("value_class", "Class of a licence, kind of a language or data set word; null where the trait has no classes."),
    text("value_reason", "How raw_value was read, or why it is no value; null where it stands as it was written."),
    text(
        "protocol",
        "hubtree: repaired edges, values read, a merge compared with its nearest parent; paper: exact tags alone, values as"
        " written, every edge (docs/drift.md).",
    ),
    text(
        "relation_scope",
        "Which edges: those of one relation (finetune, adapter, quantized, merge), no_merges (all but merge), all.",
    ),
    count("n_declared_pairs", "Pairs whose two ends both declare the trait."),
    count("n_changed_pairs", "Of these, pairs whose sets of values differ at all."),
    count("n_missing_to_present", "Pairs whose child alone declares the trait."),
    count("n_present_to_missing", "Pairs whose parent alone declares it."),
    count("n_both_missing", "Pairs of which neither end declares it."),
    count("n_list_events", "Pairs left out because one end says other as the licence id was not on the hub's list yet."),
    count("n_default_pairs", "Declared pairs whose child's licence is what its tool writes into every card."),
    count("n_clusters", "Families the pairs come from, the units of the bootstrap: family_id of the parent (no_merges)."),
    number("largest_cluster_share", "Share of the declared pairs in the largest of these families.", maximum=1),
    text("section", "One of the nine sections of Model Cards for Model Reporting (docs/cards.md)."),
    count("n_inherited", "Pairs of which the child has the parent's text in the section, without template lines."),
    *rate("inherited_share", "n_inherited by n_pairs; no interval for fewer than 10 families."),
    *rate("mutation_rate", "Mean over declared pairs of the Jaccard distance of the two sets of values (the seed paper's)."),
    *rate("change_rate", "Share of declared pairs whose sets differ at all."),
    *rate("entry_rate", "Share of pairs without the trait on the parent whose child declares it."),
    *rate("loss_rate", "Share of pairs with the trait on the parent whose child lacks it."),
    *rate("undefaulted_mutation_rate", "mutation_rate without the pairs of n_default_pairs."),
    number("null_rate", "Mean mutation rate when parents' values are dealt anew among the parents of the scope.", maximum=1),
    number("p_value", "Chance of a rate at most as low under that dealing: small means that children take after parents.", 1),
    text("from_value", "Value of the parent that the child lacks, or has beside the new one."),
    text("to_value", "Value of the child."),
    count("n_moves", "Pairs on which the parent has from_value, the child to_value, and one of the two is new or lost."),
    count("n_reverse", "Pairs that go the other way, from to_value to from_value."),
    count("n_single_moves", "Of n_moves, pairs that declare one value on each side: plain swaps."),
    count("n_added", "Pairs that count because to_value is new. n_added + n_removed counts a swap twice, as the paper does."),
    count("n_removed", "Pairs that count because from_value is lost."),
    count("n_undefaulted_moves", "n_moves without children whose tool writes to_value into every card; licences alone."),
    *estimate("net_flow", "n_moves less n_reverse; the interval draws families again, and is null for fewer than 10."),
    number("p_adjusted", "Sign-flip test over families, Benjamini-Hochberg within trait and scope; null where untested.", 1),
    text(
        "drift_measure",
        "What is measured on both ends: is_permissive, is_copyleft, is_restricted (licence); n_languages, is_english_only,"
        " is_multilingual; multilingual_to_english, english_to_multilingual (share of such parents whose child turned).",
    ),
    count("n_measured_pairs", "Pairs whose two ends have the measure.", 1),
    *estimate("undefaulted_mean_change", "mean_change without children whose licence their tool writes into every card."),
    count("n_parents_with", "Pairs, both ends with a language, whose parent declares this one."),
    count("n_lost", "Of these, pairs whose child lacks it."),
    number("lost_share", "n_lost of n_parents_with.", 1),
    count("n_parents_without", "Pairs, both ends with a language, whose parent lacks this one."),
    count("n_gained", "Of these, pairs whose child declares it."),
    number("gained_share", "n_gained of n_parents_without.", 1),
    count("step_number", "Place of the step, from 0, the paper's protocol."),
    text("drift_step", "The rule switched on in addition to those of the steps before (docs/drift.md)."),
    text("largest_parent_id", "Parent with most of n_moves."),
    number("largest_parent_share", "Its share of n_moves: one mis-declared parent can make a whole flow.", maximum=1),
    number("largest_child_author_share", "Share of n_moves by the author of most of the children.", maximum=1),
    text("largest_tool", "Tool whose tag most children of n_moves carry; null where none carries one."),
    number("largest_tool_share", "Its share of n_moves.", maximum=1),
)  # fmt: skip
"""Entries of the tables in `drift_tables`."""
