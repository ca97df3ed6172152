"""What a card claims about its model's results and emissions: raw statements, nothing judged or converted but numbers.

Results stand in ``model-index`` (the Hub's model card specification), in the list that the Trainer writes, and in Markdown
tables. Emissions stand in ``co2_eq_emissions`` (grams of CO2 equivalent, as the specification says) and in a field or two of
known templates. All of it is self-reported.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, Final, NamedTuple

from pipelines.cards.loss_tables import CardLoss, losses_of_tables
from pipelines.cards.markdown_lines import Lines
from pipelines.cards.score_tables import cells_of_tables

MAX_CLAIMS: Final = 300
"""Results kept of one card; the richest recorded model-index has fewer than 200."""
MAX_TEXT_CHARS: Final = 300

_NUMBER = re.compile(r"[-+]?(?:\d{1,3}(?:,\d{3})+|\d{1,30})?(?:\.\d{1,30})?(?:[eE][-+]?\d{1,3})?")
_SPREAD = re.compile(r"\s*(?:\+/-|\+-|±)\s*")
_LIST_BELOW: Final = "It achieves the following results on the evaluation set"
_MAX_LIST: Final = 60
_IN_TEXT: Final = ("CO2 Emissions (in grams):", "**Carbon Emitted:**", "**Carbon Emitted**:", "Carbon Emitted:")


class EvaluationClaim(NamedTuple):
    """One result as a card states it; texts are as written."""

    claim_source: str
    """model_index, result_list or result_table."""
    metric: str | None
    reported_text: str
    reported_value: float | None = None
    reported_spread: float | None = None
    """What stands behind +/-; the card does not say whether it is a standard deviation or an error."""
    is_percent: bool = False
    """The value is written with a percent sign."""
    task: str | None = None
    dataset: str | None = None
    dataset_config: str | None = None
    dataset_split: str | None = None
    row_label: str | None = None
    column_label: str | None = None
    source_url: str | None = None
    has_verify_token: bool = False


class CarbonClaim(NamedTuple):
    """One statement of emissions; texts are as written."""

    claim_source: str
    """metadata or card_text."""
    reported_text: str | None
    emissions_grams: float | None
    is_unit_assumed: bool
    """No unit is written; grams, as the specification says."""
    emissions_source: str | None = None
    training_type: str | None = None
    geographical_location: str | None = None
    hardware_used: str | None = None


@dataclass
class Statements:
    """What one card states."""

    evaluations: list[EvaluationClaim] = field(default_factory=list)
    carbon: list[CarbonClaim] = field(default_factory=list)
    losses: list[CardLoss] = field(default_factory=list)


def statements_of(metadata: Mapping[str, Any] | None, text: str = "", lines: Lines | None = None) -> Statements:
    """Return the results and emissions that a card states; never raises.

    Args:
        metadata: front matter or the hub's cardData; scalars may be text or numbers.
        text: the body without comments.
        lines: its lines.
    """
    found = Statements()
    if metadata:
        found.evaluations += _of_model_index(metadata.get("model-index"))
        found.carbon += _of_emissions(metadata.get("co2_eq_emissions"))
    if lines is not None:
        _read_body(text, lines, found)
    del found.evaluations[MAX_CLAIMS:]
    return found


def _read_body(text: str, lines: Lines, found: Statements) -> None:
    """Add what the body states; lines are looked at only where the text holds a word of what is sought."""
    if _LIST_BELOW in text:
        found.evaluations += _of_list(lines)
    if "|" in text:
        found.evaluations += [
            EvaluationClaim("result_table", None, cell.text, *parsed(cell.text), row_label=cell.row, column_label=cell.column)
            for cell in cells_of_tables(lines)
        ]
        if "oss" in text:
            found.losses += losses_of_tables(lines)
    if any(words in text for words in _IN_TEXT):
        found.carbon += _of_text(lines)


def parsed(text: str) -> tuple[float | None, float | None, bool]:
    """Return a written value as (number, spread, whether it has a percent sign); commas part thousands.

    >>> parsed("266.87 +/- 20.84")
    (266.87, 20.84, False)
    >>> parsed("good")
    (None, None, False)
    """
    text = text[:MAX_TEXT_CHARS].strip(" *_`")
    mean, *spread = _SPREAD.split(text, maxsplit=1)
    is_percent = text.endswith("%")
    return _number(mean), _number(spread[0]) if spread else None, is_percent


def _number(text: str) -> float | None:
    text = text.strip(" %()*_`")
    if not text or not any(letter.isdigit() for letter in text) or not _NUMBER.fullmatch(text):
        return None
    value = float(text.replace(",", ""))
    return value if abs(value) < 1e300 else None


def _of_model_index(index: Any) -> Iterator[EvaluationClaim]:
    for model in _mappings(index):
        for result in _mappings(model.get("results")):
            task, dataset, source = (_mapping(result.get(name)) for name in ("task", "dataset", "source"))
            for metric in _mappings(result.get("metrics")):
                if (value := _text(metric.get("value"))) is None:
                    continue
                yield EvaluationClaim(
                    "model_index",
                    _text(metric.get("type")) or _text(metric.get("name")),
                    value,
                    *parsed(value),
                    task=_text(task.get("type")) or _text(task.get("name")),
                    dataset=_text(dataset.get("type")) or _text(dataset.get("name")),
                    dataset_config=_text(dataset.get("config")) or _text(dataset.get("args")),
                    dataset_split=_text(dataset.get("split")),
                    row_label=_text(dataset.get("name")),
                    column_label=_text(metric.get("name")),
                    source_url=_text(source.get("url")),
                    has_verify_token=bool(_text(metric.get("verifyToken"))),
                )


def _of_list(lines: Lines) -> Iterator[EvaluationClaim]:
    """Yield the bullets below the Trainer's sentence."""
    starts = [number for number, line in enumerate(lines.texts) if line.startswith(_LIST_BELOW)]
    for start in starts[:1]:
        end = start + 1 + _MAX_LIST
        for line, code in zip(lines.texts[start + 1 : end], lines.codes[start + 1 : end], strict=True):
            name, colon, value = line.strip().removeprefix("- ").partition(": ")
            if code is not None or not (line.startswith("- ") and colon):
                if line.strip():
                    return
                continue
            yield EvaluationClaim("result_list", name.strip()[:MAX_TEXT_CHARS], value.strip()[:MAX_TEXT_CHARS], *parsed(value))


def _of_emissions(value: Any) -> Iterator[CarbonClaim]:
    if isinstance(value, Mapping):
        written = _text(value.get("emissions")) or _text(value.get("value"))
        names = ("source", "training_type", "geographical_location", "hardware_used")
        details = [_text(value.get(name)) for name in names]
        if written or any(details):
            grams, is_assumed = _grams(written)
            yield CarbonClaim("metadata", written, grams, is_assumed, *details)
    elif (written := _text(value)) is not None:
        yield CarbonClaim("metadata", written, *_grams(written))


def _of_text(lines: Lines) -> Iterator[CarbonClaim]:
    for line, code in lines.pairs():
        if code is None and ("CO2 Em" in line or "Carbon Em" in line):
            for words in _IN_TEXT:
                _, found, behind = line[:MAX_TEXT_CHARS].partition(words)
                written = behind.strip(" *")
                if found and any(letter.isdigit() for letter in written):
                    grams, is_assumed = _grams(written)
                    yield CarbonClaim("card_text", written, grams, is_assumed and "grams" not in words)
                    return


_UNITS: Final = {
    "mg": 1e-3, "g": 1.0, "gram": 1.0, "grams": 1.0, "kg": 1e3, "kgs": 1e3, "kilogram": 1e3, "kilograms": 1e3, "t": 1e6,
    "ton": 1e6, "tons": 1e6, "tonne": 1e6, "tonnes": 1e6, "tco2eq": 1e6, "kgco2eq": 1e3, "gco2eq": 1.0,
}  # fmt: skip
_AMOUNT = re.compile(r"~?\s*(?P<number>[\d.,]{1,30}(?:[eE][-+]?\d{1,3})?)\s*(?P<unit>[A-Za-z]{0,12}\d?[a-z]{0,2})")


def _grams(text: str | None) -> tuple[float | None, bool]:
    """Return grams and whether the unit was assumed; an unknown unit gives no number."""
    amount = _AMOUNT.match(text.strip()) if text else None
    number = _number(amount["number"].rstrip(".,")) if amount else None
    if amount is None or number is None:
        return None, False
    unit = amount["unit"].lower()
    if not unit or unit.startswith("co2"):
        return number, True
    factor = _UNITS.get(unit) or _UNITS.get(unit.removesuffix("co2"))
    return (number * factor, False) if factor else (None, False)


def _mappings(value: Any) -> Iterator[Mapping[str, Any]]:
    items = value if isinstance(value, list) else [value]
    return (item for item in items if isinstance(item, Mapping))


def _mapping(value: Any) -> Mapping[str, Any]:
    return value if isinstance(value, Mapping) else {}


def _text(value: Any) -> str | None:
    """Return a scalar as text, cut; None for null, blanks and anything else."""
    if isinstance(value, bool) or not isinstance(value, (str, int, float)):
        return None
    text = str(value)[:MAX_TEXT_CHARS].strip()
    return text or None
