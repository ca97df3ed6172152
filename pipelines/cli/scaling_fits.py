"""The commands that fit laws to losses and ask them: fit, predict, allocate, compare."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import TYPE_CHECKING, Annotated, Any, Literal

import typer

from pipelines import steps
from pipelines.bulk.observations.wish import Wish
from pipelines.cli.choices import AsJson
from pipelines.cli.output import print_table, tell, tell_note
from pipelines.settings import Settings
from warehouse.errors import NotFound, UsageError

if TYPE_CHECKING:
    import polars as pl

    from pipelines.scaling.asking import Answer
    from pipelines.scaling.study import Protocol, Study

_SHORT = {
    "are": "error_%",
    "best_seen_are": "best_seen_%",
    "last_checkpoint_are": "last_checkpoint_%",
    "rolling_are": "rolling_%",
}
"""Errors of the forecasts as people read them."""

Source = Annotated[
    str | None, typer.Argument(help="A file of losses or the name of a release; without it, all losses that were imported.")
]
Format = Annotated[str | None, typer.Option("--format", help="What the file is: a release's name, or generic.")]
Map = Annotated[
    list[str] | None, typer.Option("--map", metavar="FIELD=COLUMN[:UNIT],…", help="loss=final_loss,N=params,D=tokens")
]
Series = Annotated[list[str] | None, typer.Option("--series", help="Only this series; may be repeated.")]
EvalSet = Annotated[str | None, typer.Option(help="Only losses on this text.")]
LawName = Annotated[str, typer.Option("--law", help="The form; hubtree scaling laws lists them.")]
Delta = Annotated[str, typer.Option(help="Width of Huber's function; inf is least squares.")]
Raw = Annotated[bool, typer.Option("--raw", help="Residuals of the loss itself, not of its logarithm.")]
Fix = Annotated[list[str] | None, typer.Option("--fix", metavar="NAME=VALUE", help="Borrow a parameter; may be repeated.")]
BorrowedFrom = Annotated[str, typer.Option(help="Where fixed parameters come from, in words.")]
DropHighest = Annotated[
    int | None, typer.Option(min=0, help="Leave out the so many highest losses; else the source's published cut, if any.")
]
Final = Annotated[bool, typer.Option("--final", help="Only the last checkpoint of each run.")]
CutShare = Annotated[float, typer.Option(min=0, max=0.99, help="Leave out this share of each run's tokens at its start.")]
CutTokens = Annotated[float, typer.Option(min=0, help="Leave out so many tokens of each run at its start.")]
Largest = Annotated[float, typer.Option(min=0, help="Leave out models with more parameters.")]
Replicates = Annotated[int, typer.Option(min=0, max=100_000, help="Bootstrap replicates; 0 for no intervals.")]
Resample = Annotated[
    Literal["auto", "pairs", "run", "size", "block"],
    typer.Option(help="What is drawn: auto takes whole runs where there are checkpoints, else single losses."),
]
Seed = Annotated[int, typer.Option(help="Seed of the bootstrap.")]
Anyway = Annotated[bool, typer.Option("--anyway", help="Fit although an error speaks against it.")]


def protocol_of(
    law: str, delta: str, raw: bool, fix: list[str] | None, borrowed_from: str, drop_highest: int | None, final: bool,
    cut_share: float, cut_tokens: float, largest: float, replicates: int, resample: str, seed: int | None, anyway: bool,
) -> Protocol:  # fmt: skip
    """Return the protocol that options ask for.

    Raises:
        UsageError: an option can't be read.
    """
    from pipelines.scaling.laws.registry import law_named
    from pipelines.scaling.preparation import Cut
    from pipelines.scaling.study import Protocol
    from pipelines.scaling.uncertainty.resampling import SEED

    try:
        law_named(law).with_fixed(**(fixed := dict(map(_assignment, fix or []))))
    except KeyError as error:
        raise UsageError(str(error.args[0]), hint="hubtree scaling laws lists forms and parameters") from error
    cut = Cut("final" if final else "all", cut_share, cut_tokens, drop_highest, largest or float("inf"))
    # Typer has checked that resample is one of the literals, but hands it on as a plain text.
    return Protocol(
        law, _width(delta), "raw" if raw else "log", cut, tuple(fixed.items()), borrowed_from, resample,  # type: ignore[arg-type]
        replicates, SEED if seed is None else seed, anyway,
    )  # fmt: skip


def _width(text: str) -> float:
    try:
        width = float(text)
    except ValueError:
        width = -1.0
    if not width > 0:
        raise UsageError(f"--delta {text!r} is no width", hint="a number above zero, or inf")
    return width


def _assignment(text: str) -> tuple[str, float]:
    name, equals, value = text.partition("=")
    try:
        return name.strip(), float(value)
    except ValueError as error:
        word = "has no value" if not equals else f"{value!r} is no number"
        raise UsageError(f"--fix {text!r}: {word}", hint="write it as --fix alpha=0.34") from error


def chosen_losses(
    source: str | None, form: str | None, mapping: list[str] | None, series: list[str] | None, eval_set: str | None
) -> pl.DataFrame:
    """Return the losses that were asked for.

    Raises:
        UsageError: a form or mapping without a source.
        NotFound: no such series.
    """
    import polars as pl

    if source is None and (form or mapping):
        raise UsageError("--format and --map say what a file is, and no file is given", hint="name the file")
    wish = None if source is None else Wish(source, "losses", form, tuple(mapping or ()))
    losses, aside = steps.read_losses(Settings.from_environment(), wish)
    for reason, n in aside.items():
        tell_note(f"{n:,} losses set aside: {reason}")
    wanted = [*([pl.col("series").is_in(series)] if series else []), *([pl.col("eval_set") == eval_set] if eval_set else [])]
    chosen = losses.filter(*wanted) if wanted else losses
    if chosen.is_empty():
        known = ", ".join(losses["series"].unique().sort().head(12))
        raise NotFound("no losses of that series and evaluation set", hint=f"there are {known}; hubtree scaling losses")
    return chosen


def studies_of(losses: pl.DataFrame, protocol: Protocol) -> list[Study]:
    """Return a study for each series.

    Raises:
        UsageError: none could be fitted.
    """
    from pipelines.scaling.study import study_all

    studies = study_all(losses, protocol)
    if not studies or all(study.is_refused for study in studies):
        words = [each.words for study in studies for each in study.findings if each.severity == "error"]
        said = words[0] if words else "every loss is left out by the cut"
        raise UsageError(f"nothing to fit: {said}", hint="another --law, --fix to borrow a parameter, or --anyway")
    return studies


def fit(
    source: Source = None, form: Format = None, mapping: Map = None, series: Series = None, eval_set: EvalSet = None,
    law: LawName = "chinchilla", delta: Delta = "0.001", raw: Raw = False, fix: Fix = None, borrowed_from: BorrowedFrom = "",
    drop_highest: DropHighest = None, final: Final = False, cut_share: CutShare = 0.0, cut_tokens: CutTokens = 0.0,
    largest: Largest = 0.0, replicates: Replicates = 1000, resample: Resample = "auto", seed: Seed | None = None,
    anyway: Anyway = False, as_json: AsJson = False,
) -> None:  # fmt: skip
    """Fit a law to each series: parameters with intervals, a certificate, the error on the largest model held out, warnings.

    Example: hubtree scaling fit svg_extracted_data.csv --format chinchilla

    Example: hubtree scaling fit runs.csv --map loss=final_loss,N=params,D=tokens --law chinchilla_tied --json
    """
    from pipelines.scaling.report import as_values, in_words

    protocol = protocol_of(
        law, delta, raw, fix, borrowed_from, drop_highest, final, cut_share, cut_tokens, largest, replicates, resample, seed,
        anyway,
    )  # fmt: skip
    studies = studies_of(chosen_losses(source, form, mapping, series, eval_set), protocol)
    if as_json:
        tell(json.dumps({"fits": [as_values(study) for study in studies]}))
        return
    for study in studies:
        for line in in_words(study):
            tell(line)


def predict(
    parameters: Annotated[float, typer.Option(min=1, help="N of the target, in parameters.")],
    tokens: Annotated[float, typer.Option(min=1, help="D of the target, in tokens.")],
    source: Source = None, form: Format = None, mapping: Map = None, series: Series = None, eval_set: EvalSet = None,
    unique: Annotated[float | None, typer.Option(min=1, help="Unique tokens of the target.")] = None,
    law: LawName = "chinchilla", delta: Delta = "0.001", raw: Raw = False, fix: Fix = None, drop_highest: DropHighest = None,
    final: Final = False, cut_share: CutShare = 0.0, cut_tokens: CutTokens = 0.0, replicates: Replicates = 1000,
    resample: Resample = "auto", seed: Seed | None = None, anyway: Anyway = False, as_json: AsJson = False,
) -> None:  # fmt: skip
    """Foretell the loss of a model from the law of each series, with an interval and how far it lies beyond the data.

    Example: hubtree scaling predict chinchilla --parameters 70e9 --tokens 1.4e12
    """
    from pipelines.scaling.asking import forecast

    protocol = protocol_of(
        law, delta, raw, fix, "", drop_highest, final, cut_share, cut_tokens, 0.0, replicates, resample, seed, anyway
    )
    target = {"parameter_count": parameters, "token_count": tokens, "compute_flop": 6 * parameters * tokens}
    if unique is not None:
        target["unique_token_count"] = unique
    studies = studies_of(chosen_losses(source, form, mapping, series, eval_set), protocol)
    try:
        answers = [forecast(study, target) for study in studies]
    except KeyError as error:
        raise UsageError(str(error.args[0]), hint="give it, or choose another --law") from error
    _tell_answers(answers, target, as_json)


def allocate(
    flops: Annotated[float, typer.Option(min=1, help="The budget C, in FLOP.")],
    source: Source = None, form: Format = None, mapping: Map = None, series: Series = None, eval_set: EvalSet = None,
    unique: Annotated[float | None, typer.Option(min=1, help="Unique tokens there are.")] = None,
    law: LawName = "chinchilla", delta: Delta = "0.001", raw: Raw = False, fix: Fix = None, drop_highest: DropHighest = None,
    final: Final = False, cut_share: CutShare = 0.0, cut_tokens: CutTokens = 0.0, replicates: Replicates = 1000,
    resample: Resample = "auto", seed: Seed | None = None, anyway: Anyway = False, as_json: AsJson = False,
) -> None:  # fmt: skip
    """Split a compute budget: the best N and D with C = 6ND, tokens per parameter, and the loss there, with intervals.

    Example: hubtree scaling allocate chinchilla --flops 1e24
    """
    from pipelines.scaling.asking import best_split

    protocol = protocol_of(
        law, delta, raw, fix, "", drop_highest, final, cut_share, cut_tokens, 0.0, replicates, resample, seed, anyway
    )
    studies = studies_of(chosen_losses(source, form, mapping, series, eval_set), protocol)
    given = {"unique_token_count": unique} if unique is not None else {}
    try:
        answers = [best_split(study, flops, given) for study in studies]
    except (KeyError, ValueError) as error:
        raise UsageError(str(error.args[0]), hint="choose a law of parameters and tokens") from error
    _tell_answers(answers, {"compute_flop": flops, **given}, as_json)


def compare(
    source: Source = None, form: Format = None, mapping: Map = None, series: Series = None, eval_set: EvalSet = None,
    law: Annotated[
        str, typer.Option("--laws", help="Names, apart by commas.")
    ] = "chinchilla,chinchilla_tied,kaplan,outer_power,power_floor_compute",
    delta: Delta = "0.001", raw: Raw = False, drop_highest: DropHighest = None, final: Final = False,
    cut_share: CutShare = 0.0, cut_tokens: CutTokens = 0.0, anyway: Anyway = False, as_json: AsJson = False,
) -> None:  # fmt: skip
    """Set laws side by side: objective, AICc and BIC, and the error on models that they did not see, beside two baselines.

    Example: hubtree scaling compare chinchilla --laws chinchilla,kaplan
    """
    from pipelines.scaling.asking import side_by_side

    names = tuple(name.strip() for name in law.split(",") if name.strip())
    protocols = [
        protocol_of(name, delta, raw, None, "", drop_highest, final, cut_share, cut_tokens, 0.0, 0, "auto", None, anyway)
        for name in names
    ]
    if not protocols:
        raise UsageError("--laws names no law", hint="hubtree scaling laws lists them")
    losses = chosen_losses(source, form, mapping, series, eval_set)
    table, tests = side_by_side(losses, protocols[0], names)
    if as_json:
        from pipelines.scaling.report import plain

        tell(json.dumps({"laws": plain(table.to_dicts()), "exponent_tests": plain(tests.to_dicts())}))
    else:
        import polars as pl

        shares = (pl.col(name).mul(100).round(2).alias(short) for name, short in _SHORT.items())
        borrowed = () if table["borrowed_from"].null_count() == table.height else ("borrowed_from",)
        print_table(table.select("series", "law", "aicc", "bic", *shares, "findings", *borrowed), wraps=True)
        for row in tests.iter_rows(named=True):
            tell(_shared_in_words(row))


def _shared_in_words(row: dict[str, Any]) -> str:
    """Say what a test of shared exponents found."""
    verdict = "no evidence against sharing" if row["sharing_p"] > 0.05 else "the exponents differ"
    return (
        f"shared exponents of {row['n_pooled_series']} series of {row['source_name']} on {row['eval_set']}: alpha"
        f" {row['alpha']:.4g}, beta {row['beta']:.4g}; own ones gain {row['sharing_statistic']:.4g} for {row['n_freed']}"
        f" parameters (p {row['sharing_p']:.2g}): {verdict}"
    )


def laws(as_json: AsJson = False) -> None:
    """List the laws: formula, inputs, parameters with units, source.

    Example: hubtree scaling laws
    """
    from pipelines.scaling.laws.registry import LAWS

    told = [
        {
            "law": name,
            "form": law.form,
            "inputs": list(law.inputs),
            "parameters": [{"name": each.name, "meaning": each.meaning, "unit": each.unit} for each in law.parameters],
            "source": law.source,
        }
        for name, law in LAWS.items()
    ]
    if as_json:
        tell(json.dumps({"laws": told}))
        return
    for each in told:
        tell(f"{each['law']}: {each['form']}\n  {each['source']}")


def _tell_answers(answers: Sequence[Answer | None], target: dict[str, float], as_json: bool) -> None:
    from pipelines.scaling.report import estimate, number, plain

    found = [answer for answer in answers if answer is not None]
    if as_json:
        told: list[dict[str, Any]] = [
            {
                "series": answer.study.series,
                "law": answer.study.protocol.law,
                **{name: estimate(value) for name, value in answer.values.items()},
                "extrapolation_factor": answer.reach,
                "findings": [vars(finding) for finding in (*answer.findings, *answer.study.findings)],
            }
            for answer in found
        ]
        tell(json.dumps(plain({"target": target, "answers": told})))
        return
    for answer in found:
        tell(f"{answer.study.series} ({answer.study.protocol.law}), {answer.reach:.3g} times the largest fitted compute")
        for name, value in answer.values.items():
            ends = f"   {number(value.low):>12} to {number(value.high)}" if value.low == value.low else ""
            tell(f"  {name:<22} {number(value.estimate):>12}{ends}")
        for finding in (*answer.findings, *answer.study.findings):
            tell(f"  {finding.severity}: {finding.words}")
    if len(found) < len(answers):
        tell_note(f"{len(answers) - len(found)} series are refused: hubtree scaling fit says why")


def register(group: typer.Typer) -> None:
    """Add the commands to their group."""
    for command in (fit, predict, allocate, compare, laws):
        group.command()(command)
