"""What the folder of extracts is, in the words of two catalogues: a Frictionless data package and a Croissant description.

``datapackage.json`` follows Data Package v2 and describes the CSV and JSON Lines files down to their fields; ``croissant.json``
follows Croissant 1.0 and describes the Parquet files, whole or parted. Both name the graphs, and give each file's checksum and
size: a copy can be verified without hubtree.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import datetime
from typing import TYPE_CHECKING, Any, Final

import orjson

if TYPE_CHECKING:
    from pipelines.extract.files import ExtractFile
    from pipelines.extract.graphs import FamilyGraph
    from pipelines.extract.writer import Extract, ExtractReport

DATAPACKAGE: Final = "datapackage.json"
CROISSANT: Final = "croissant.json"

_TITLE: Final = "Family history of a model hub"
_ABOUT: Final = (
    "Models of a model hub with declared traits, who descends from whom by which evidence, and what was computed from it."
)
_LICENSE: Final = {
    "name": "LicenseRef-hub-metadata",
    "title": "Facts that authors published on the hub; card texts belong to their authors. The code is under Apache-2.0.",
}
_CITATION: Final = (
    "hubtree: family history of a model hub. State the file named as source, and the day until which models were seen."
)
_WHOLE: Final = ("BIGINT", "INTEGER", "SMALLINT", "TINYINT", "UBIGINT", "UINTEGER", "USMALLINT", "UTINYINT")
_BROKEN: Final = ("DOUBLE", "FLOAT", "DECIMAL")
_FRICTIONLESS: Final = {
    **dict.fromkeys(_WHOLE, "integer"),
    **dict.fromkeys(_BROKEN, "number"),
    "BOOLEAN": "boolean",
    "DATE": "date",
    "STRUCT": "object",
}
_CROISSANT_TYPES: Final = {
    **dict.fromkeys(_WHOLE, "sc:Integer"),
    **dict.fromkeys(_BROKEN, "sc:Float"),
    "BOOLEAN": "sc:Boolean",
    "DATE": "sc:Date",
    "TIMESTAMP": "sc:DateTime",
}
_JSON_LD: Final = {
    "@language": "en",
    "@vocab": "https://schema.org/",
    "citeAs": "cr:citeAs",
    "column": "cr:column",
    "conformsTo": "dct:conformsTo",
    "cr": "http://mlcommons.org/croissant/",
    "data": {"@id": "cr:data", "@type": "@json"},
    "dataType": {"@id": "cr:dataType", "@type": "@vocab"},
    "dct": "http://purl.org/dc/terms/",
    "extract": "cr:extract",
    "field": "cr:field",
    "fileObject": "cr:fileObject",
    "fileSet": "cr:fileSet",
    "includes": "cr:includes",
    "key": "cr:key",
    "recordSet": "cr:recordSet",
    "repeated": "cr:repeated",
    "sc": "https://schema.org/",
    "source": "cr:source",
}
"""The part of Croissant's context that is used here."""
_UNNAMEABLE: Final = re.compile(r"[^a-z0-9.-]+")
"""What the name of a resource can't hold."""

_MEDIA_TYPES: Final = {
    ".csv": "text/csv",
    ".jsonl": "application/x-ndjson",
    ".graphml": "application/graphml+xml",
    ".gexf": "application/gexf+xml",
}


def datapackage(report: ExtractReport, now: datetime) -> bytes:
    """Return the Frictionless description of the CSV and JSON Lines files and the graphs, one resource a file."""
    return _dumped(
        {
            "$schema": "https://datapackage.org/profiles/2.0/datapackage.json",
            "name": "hubtree-extracts",
            "title": _TITLE,
            "description": _description(report),
            **report.coverage.facts,
            "created": f"{now:%Y-%m-%dT%H:%M:%SZ}",
            "licenses": [_LICENSE],
            "contributors": [{"title": "hubtree", "roles": ["publisher"]}],
            "resources": [
                *(_table(extract, file) for extract in report.extracts for file in _files(extract, ".csv", ".jsonl")),
                *(_graph(graph, file) for graph in report.graphs for file in graph.files),
            ],
        }
    )


def _description(report: ExtractReport) -> str:
    return f"{_ABOUT} Written from {report.source}: {report.coverage.sentence}."


def _table(extract: Extract, file: ExtractFile) -> dict[str, Any]:
    is_csv = file.name.endswith(".csv")
    name = extract.name.replace("_", "-")
    return {
        "name": name if is_csv else f"{name}-jsonl",
        "title": extract.name,
        "description": f"One row is {extract.grain}.",
        **_located(file),
        **({"dialect": {"delimiter": ","}} if is_csv else {}),
        "schema": {
            "fields": [_described(name, kind, meaning) for name, kind, meaning in extract.columns],
            "primaryKey": list(extract.key),
            "missingValues": [""] if is_csv else [],
        },
    }


def _graph(graph: FamilyGraph, file: ExtractFile) -> dict[str, Any]:
    stem, _, ending = file.name.rpartition(".")
    return {
        "name": f"{_UNNAMEABLE.sub('-', stem.lower()).strip('-')}-{ending}",
        "title": f"family of {graph.family_id}",
        "description": f"A family as a graph: {graph.n_nodes:,} models and {graph.n_edges:,} edges from parent to child.",
        "type": "file",
        **_located(file),
    }


def _located(file: ExtractFile) -> dict[str, Any]:
    ending = file.name[file.name.rindex(".") :]
    return {
        "path": file.name,
        "format": ending[1:],
        "mediatype": _MEDIA_TYPES[ending],
        "encoding": "utf-8",
        "bytes": file.n_bytes,
        "hash": f"sha256:{file.sha256}",
    }


def _described(name: str, kind: str, meaning: str) -> dict[str, Any]:
    """Return one field; lists are JSON text in CSV, which is how the format reads an array."""
    if kind.endswith("[]"):
        return {"name": name, "type": "array", "description": meaning}
    if kind == "TIMESTAMP":
        return {"name": name, "type": "datetime", "format": "any", "description": meaning}
    return {"name": name, "type": _FRICTIONLESS.get(_base(kind), "string"), "description": meaning}


def _base(kind: str) -> str:
    """Return a type without its arguments: DECIMAL(38,0) is a DECIMAL."""
    return kind.partition("(")[0]


def croissant(report: ExtractReport, now: datetime) -> bytes:
    """Return the Croissant description of the Parquet files, one record set an extract."""
    return _dumped(
        {
            "@context": _JSON_LD,
            "@type": "sc:Dataset",
            "conformsTo": "http://mlcommons.org/croissant/1.0",
            "name": "hubtree-extracts",
            "description": _description(report),
            "citeAs": _CITATION,
            "license": _LICENSE["title"],
            "url": "https://huggingface.co/models",
            "version": f"{now:%Y.%-m.%-d}",
            "datePublished": f"{now:%Y-%m-%d}",
            "distribution": [
                *(_file_object(file) for extract in report.extracts for file in _files(extract, ".parquet")),
                *(_file_set(extract) for extract in report.extracts if extract.grows_by),
                *(_file_object(file) for graph in report.graphs for file in graph.files),
            ],
            "recordSet": [_record_set(extract) for extract in report.extracts],
        }
    )


def _file_set(extract: Extract) -> dict[str, Any]:
    """Name the parts of an extract that is parted by month as one."""
    return {
        "@type": "cr:FileSet",
        "@id": f"{extract.name}-parts",
        "name": f"{extract.name}-parts",
        "description": f"{extract.name} by month of {extract.grows_by}.",
        "encodingFormat": "application/x-parquet",
        "includes": f"{extract.name}/*/*.parquet",
    }


def _file_object(file: ExtractFile) -> dict[str, Any]:
    ending = file.name[file.name.rindex(".") :]
    return {
        "@type": "cr:FileObject",
        "@id": file.name,
        "name": file.name,
        "contentUrl": file.name,
        "contentSize": f"{file.n_bytes} B",
        "encodingFormat": _MEDIA_TYPES.get(ending, "application/x-parquet"),
        "sha256": file.sha256,
    }


def _record_set(extract: Extract) -> dict[str, Any]:
    return {
        "@type": "cr:RecordSet",
        "@id": extract.name,
        "name": extract.name,
        "description": f"One row is {extract.grain}.",
        "key": [{"@id": f"{extract.name}/{column}"} for column in extract.key],
        "field": list(_fields(extract)),
    }


def _fields(extract: Extract) -> Iterator[dict[str, Any]]:
    (whole, *_) = _files(extract, ".parquet")
    read_from = {"fileSet": {"@id": f"{extract.name}-parts"}} if extract.grows_by else {"fileObject": {"@id": whole.name}}
    for name, kind, meaning in extract.columns:
        yield {
            "@type": "cr:Field",
            "@id": f"{extract.name}/{name}",
            "name": name,
            "description": meaning,
            "dataType": _CROISSANT_TYPES.get(_base(kind.removesuffix("[]")), "sc:Text"),
            "source": {**read_from, "extract": {"column": name}},
            **({"repeated": True} if kind.endswith("[]") else {}),
        }


def _files(extract: Extract, *endings: str) -> list[ExtractFile]:
    return [file for file in extract.files if file.name.endswith(endings)]


def _dumped(document: dict[str, Any]) -> bytes:
    return orjson.dumps(document, option=orjson.OPT_INDENT_2 | orjson.OPT_APPEND_NEWLINE)
