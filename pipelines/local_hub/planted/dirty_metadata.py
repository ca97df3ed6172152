"""Defects of licence, language and other fields (dirty-metadata, sections 3, 4, 6 and 7), as a table of metadata.

Each line: category, what is wrong, cardData as the API shows it, tags the Hub derived, further fields of the record.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from typing import Any, Final

from pipelines.local_hub.planted.bench import Bench, Claim, Dirty, plain_card

_Fields = dict[str, Any]
_Line = tuple[int, str, _Fields, list[str], _Fields]

_LICENCES: Final[tuple[_Line, ...]] = (
    (23, "licence in capitals", {"license": "MIT"}, ["license:mit"], {}),
    (24, "near id of a licence", {"license": "apache-2"}, ["license:apache-2"], {}),
    (24, "near id of a licence, capitals", {"license": "BSD-3"}, ["license:bsd-3"], {}),
    (25, "nonsense licence", {"license": "???"}, ["license:???"], {}),
    (26, "licence as a list of one", {"license": ["cc0-1.0"]}, ["license:cc0-1.0"], {}),
    (27, "two licences", {"license": ["cc-by-nc-sa-4.0", "apache-2.0"]}, ["license:cc-by-nc-sa-4.0", "license:apache-2.0"], {}),
    (28, "licence null", {"license": None}, [], {}),
    (29, "no licence at all", {"language": "en"}, ["en"], {}),
    (30, "key licence", {"licence": "mit"}, [], {}),
    (30, "key licenses", {"licenses": "cc-by-4.0"}, [], {}),
    (30, "key liscence", {"liscence": "apache-2.0"}, [], {}),
    (30, "key --license", {"--license": "mit"}, [], {}),
    (31, "licence: license", {"licence": "license", "tags": ["trl"]}, ["trl"], {}),
    (32, "other without a name", {"license": "other"}, ["license:other"], {}),
    (33, "llama3 as other, one name", {"license": "other", "license_name": "llama3"}, ["license:other"], {}),
    (33, "llama3 as other, another name", {"license": "other", "license_name": "llama-3"}, ["license:other"], {}),
    (33, "qwen as other", {"license": "other", "license_name": "tongyi-qianwen-license"}, ["license:other"], {}),
    (34, "name other of licence other", {"license": "other", "license_name": "other"}, ["license:other"], {}),
    (34, "name that says nothing", {"license": "other", "license_name": "8812-0"}, ["license:other"], {}),
    (35, "licence and name disagree", {"license": "apache-2.0", "license_name": "harbor-license"}, ["license:apache-2.0"], {}),
    (76, "licence older than its list entry", {"license": "llama3"}, ["license:llama3"],
     {"createdAt": "2023-05-01T08:00:00.000Z"}),
)  # fmt: skip

_LANGUAGES: Final[tuple[_Line, ...]] = (
    (37, "Norwegian as a YAML 1.1 boolean", {"language": "no"}, ["no"], {}),
    (37, "Norwegian in a list", {"language": ["da", "no"]}, ["da", "no"], {}),
    (38, "language by its name", {"language": "English"}, ["English"], {}),
    (38, "language misspelt", {"language": ["Cszech", "Deustch Spanish"]}, ["Cszech", "Deustch Spanish"], {}),
    (39, "language with a region", {"language": ["sv-SE", "zh_CN", "pa-IN"]}, ["sv-SE", "zh_CN", "pa-IN"], {}),
    (40, "country for language", {"language": ["jp", "kr", "cn"]}, ["jp", "kr", "cn"], {}),
    (41, "pair of languages", {"language": ["en-de", "multilingual-en"]}, ["en-de", "multilingual-en"], {}),
    (42, "not a language", {"language": ["code", "python", "protein", "unk"]}, ["code", "python", "protein", "unk"], {}),
    (42, "multilingual", {"language": "multilingual"}, ["multilingual"], {}),
    (43, "instruction pasted", {"language": "ISO 639-1 code for your language, or `multilingual`"}, [], {}),
    (44, "language as a mapping", {"language": {"language": None}}, [], {}),
    (44, "code as a mapping", {"language": {"en": None}}, [], {}),
    (45, "ambiguous tags without metadata", {}, ["tf", "ml", "sd", "vi", "it"], {}),
)  # fmt: skip

_RESULT: Final = [{"task": {"type": "reinforcement-learning"}, "dataset": {"name": "Lander", "type": "Lander"},
                   "metrics": [{"type": "mean_reward", "value": "231.50 +/- 18.02"}]}]  # fmt: skip
_MANY_TAGS: Final = [f"topic-{number:04d}" for number in range(4_000)]
_OTHERS: Final[tuple[_Line, ...]] = (
    (61, "tags as one string", {"tags": "summarization, news"}, ["summarization, news"], {}),
    (61, "datasets as one string", {"datasets": "quirkworks/letters"}, ["dataset:quirkworks/letters"], {}),
    (62, "null among the data sets", {"datasets": [None]}, ["dataset:null"], {}),
    (62, "data sets empty", {"datasets": []}, [], {}),
    (63, "loader words for data sets", {"datasets": ["imagefolder", "generator", "None"]},
     ["dataset:imagefolder", "dataset:generator", "dataset:None"], {}),
    (64, "model-index refused", {"license": "mit"}, ["license:mit"],
     {"model-index": {"error": "Schema validation error. \"model-index[0].name\" is required"}}),
    (65, "model-index as a mapping", {"model-index": {"name": "lone"}}, [], {"model-index": None}),
    (65, "model-index as a string", {"model-index": "none yet"}, [], {"model-index": None}),
    (65, "key model_index", {"model_index": [{"name": "under-score"}]}, [], {}),
    (66, "no results", {"model-index": [{"name": "bare", "results": []}]}, [],
     {"model-index": [{"name": "bare", "results": []}]}),
    (66, "empty name", {"model-index": [{"name": "", "results": []}]}, [], {"model-index": [{"name": "", "results": []}]}),
    (67, "value as text", {"model-index": [{"name": "lander", "results": _RESULT}]}, ["model-index"],
     {"model-index": [{"name": "lander", "results": _RESULT}]}),
    (68, "odd keys", {"[object Object]": "x", "datsets": ["a/b"], "languages": "en", "dataset": "a/b"}, [], {}),
    (69, "CO2 as a bare number", {"co2_eq_emissions": 7.3002}, [], {}),
    (70, "user tags that look derived", {"tags": ["region:fr", "arxiv: 2310.00001", "$://oddity", "license"]},
     ["region:fr", "arxiv: 2310.00001", "$://oddity", "license"], {}),
    (71, "tags with outer spaces", {"tags": [" spaced ", "also spaced "]}, [" spaced ", "also spaced "], {}),
    (73, "bogus library", {"library_name": "flair"}, ["text-generation"], {"library_name": "flair"}),
    (75, "start date instead of birth", {"license": "mit"}, ["license:mit"], {"createdAt": "2022-03-02T23:29:05.000Z"}),
    (79, "fields that came and went", {"license": "mit"}, ["license:mit"],
     {"inferenceStatus": "not-loaded", "numParameters": 7_000_000, "availableInferenceProviders": []}),
)  # fmt: skip


def _lines(bench: Bench, table: tuple[_Line, ...]) -> Iterator[Dirty]:
    for number, (category, what, card_data, tags, fields) in enumerate(table):
        record = bench.described(f"meta-{category}-{number}", card_data, tags, **fields)
        if "createdAt" in fields:
            record["_id"] = _same_second(record)
        yield Dirty(category, what, record, plain_card(record))


def _same_second(record: dict[str, Any]) -> str:
    """Return the record's object id with the second of its creation time, which it must begin with."""
    return f"{int(datetime.fromisoformat(record['createdAt']).timestamp()):08x}{record['_id'][8:]}"


def _licences(bench: Bench) -> Iterator[Dirty]:
    return _lines(bench, _LICENCES)


def _languages(bench: Bench) -> Iterator[Dirty]:
    return _lines(bench, _LANGUAGES)


def _others(bench: Bench) -> Iterator[Dirty]:
    return _lines(bench, _OTHERS)


def _many_tags(bench: Bench) -> Iterator[Dirty]:
    record = bench.described("many-tags", {"tags": _MANY_TAGS}, _MANY_TAGS)
    yield Dirty(72, f"{len(_MANY_TAGS)} tags", record, plain_card(record))


def _generator_licence(bench: Bench) -> Iterator[Dirty]:
    parent = bench.anchor()["model_id"]
    tags = [f"base_model:{parent}", f"base_model:finetune:{parent}", "unsloth", "license:apache-2.0", "en"]
    card_data = {"base_model": parent, "tags": ["unsloth"], "license": "apache-2.0", "language": ["en"]}
    record = bench.described("generator-licence", card_data, tags)
    body = "\n# Uploaded model\n\nThis model was trained 2x faster with [Unsloth](https://github.com/unslothai/unsloth)\n"
    what = "licence set by a generator whatever the parent's is"
    yield Dirty(36, what, record, plain_card(record, body), (Claim(parent, "exact", parent),))


ONCE: Final = (_many_tags,)
REPEATED: Final = (_licences, _languages, _others, _generator_licence)
