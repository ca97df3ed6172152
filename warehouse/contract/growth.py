"""The tables of growth: how the children of a base add up, and how the hub attaches children to bases."""

from __future__ import annotations

from typing import Final

from warehouse.contract.table import Rule, Table

_ESTIMATES: Final = ("immediacy", "longevity", "fitness", "predicted_children_180d")
_JUMP: Final = ("jump_at", "n_jump_children", "jump_author_share")


def _with_interval(name: str) -> tuple[str, str, str]:
    return name, f"{name}_low95", f"{name}_high95"


def _outside(*names: str) -> str:
    """Return the condition that an estimate lies outside its interval, or lacks one."""
    parts = [
        f"{name} < {low} or {name} > {high} or (({name} is null) <> ({low} is null)) or (({name} is null) <> ({high} is null))"
        for name, low, high in map(_with_interval, names)
    ]
    return " or ".join(parts)


GROWTH_FITS: Final = Table(
    name="growth_fits",
    grain="one base model with at least 10 children of known birth",
    key=("model_id",),
    column_names=(
        "model_id", "n_dated_children", "first_child_at", "last_child_at", "largest_author_share",
        *(column for name in _ESTIMATES[:3] for column in _with_interval(name)), "growth_scale",
        "r2", "largest_gap_share", "is_converged", "is_outlier", "has_jump", "is_mass_upload", *_JUMP,
        *_with_interval(_ESTIMATES[3]), "forecast_stretch", "growth_reason",
    ),
    required=("n_dated_children", "first_child_at", "last_child_at", "largest_author_share", "has_jump", "is_mass_upload"),
    references=(("model_id", "models", "model_id"),),
    beware=(
        "Children are those whose makers declare the base; a forecast is of declared children, too.",
        "fitness and growth_scale trade places: below some hundred children their intervals are wide or they are null.",
        "A curve that has not bent yet has no estimates (growth_reason not_bent): nothing in it says where it will end.",
    ),
    rules=(
        Rule(
            "growth estimates lie in their intervals",
            "fail",
            "An estimate and both ends of its interval are there together, in order.",
            f"select model_id from growth_fits where {_outside(*_ESTIMATES)}",
        ),
        Rule(
            "a missing growth estimate has its reason",
            "fail",
            "growth_reason is null exactly where all estimates are there.",
            "select model_id from growth_fits where (growth_reason is null)"
            f" <> ({' and '.join(f'{name} is not null' for name in _ESTIMATES)})",
        ),
        Rule(
            "a jump is told whole or not at all",
            "fail",
            "Date, size and author share of a jump are there exactly where has_jump holds; a mass upload is a jump.",
            "select model_id from growth_fits where is_mass_upload > has_jump"
            f" or {' or '.join(f'has_jump <> ({name} is not null)' for name in _JUMP)}",
        ),
        Rule(
            "dated children are children",
            "fail",
            "A base has no more dated children than children.",
            "select g.model_id from growth_fits g join models m using (model_id) where g.n_dated_children > m.n_children",
        ),
    ),
)  # fmt: skip

ATTACHMENT_FITS: Final = Table(
    name="attachment_fits",
    grain="one method of measuring the preferential attachment of the whole hub",
    key=("attachment_method",),
    column_names=("attachment_method", *_with_interval("attachment_exponent"), "n_choices", "n_candidate_bases"),
    required=("n_choices", "n_candidate_bases"),
    beware=(
        "An exponent above 0 does not prove that children attract children: bases that are better from the start look alike.",
    ),
    rules=(
        Rule(
            "attachment exponents lie in their intervals",
            "fail",
            "An exponent and both ends of its interval are there together, in order.",
            f"select attachment_method from attachment_fits where {_outside('attachment_exponent')}",
        ),
    ),
)
