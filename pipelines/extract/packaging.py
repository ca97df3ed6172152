"""What the folder of extracts is, in the words of two catalogues: a Frictionless data package and a Croissant description.

``datapackage.json`` follows Data Package v2 and describes the CSV files down to their fields; ``croissant.json`` follows
Croissant 1.0 and describes the Parquet files. Both give each file's checksum and size: a copy can be verified without hubtree.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from typing import TYPE_CHECKING, Any, Final

import orjson

if TYPE_CHECKING:
    from pipelines.extract.writer import Extract, ExtractFile

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
_FRICTIONLESS: Final = {"BIGINT": "integer", "INTEGER": "integer", "DOUBLE": "number", "BOOLEAN": "boolean", "DATE": "date"}
_CROISSANT_TYPES: Final = {
    "BIGINT": "sc:Integer",
    "INTEGER": "sc:Integer",
    "DOUBLE": "sc:Float",
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
    "key": "cr:key",
    "recordSet": "cr:recordSet",
    "repeated": "cr:repeated",
    "sc": "https://schema.org/",
    "source": "cr:source",
}
"""The part of Croissant's context that is used here."""


def datapackage(extracts: tuple[Extract, ...], source: str, now: datetime) -> bytes:
    """Return the Frictionless description of the CSV files, one resource an extract."""
    return _dumped(
        {
            "$schema": "https://datapackage.org/profiles/2.0/datapackage.json",
            "name": "hubtree-extracts",
            "title": _TITLE,
            "description": f"{_ABOUT} Written from {source}.",
            "created": f"{now:%Y-%m-%dT%H:%M:%SZ}",
            "licenses": [_LICENSE],
            "contributors": [{"title": "hubtree", "roles": ["publisher"]}],
            "resources": [_resource(extract, _file(extract, ".csv")) for extract in extracts],
        }
    )


def _resource(extract: Extract, file: ExtractFile) -> dict[str, Any]:
    return {
        "name": extract.name.replace("_", "-"),
        "title": extract.name,
        "description": f"One row is {extract.grain}.",
        "path": file.name,
        "format": "csv",
        "mediatype": "text/csv",
        "encoding": "utf-8",
        "bytes": file.n_bytes,
        "hash": f"sha256:{file.sha256}",
        "dialect": {"delimiter": ","},
        "schema": {
            "fields": [_described(name, kind, meaning) for name, kind, meaning in extract.columns],
            "primaryKey": list(extract.key),
            "missingValues": [""],
        },
    }


def _described(name: str, kind: str, meaning: str) -> dict[str, Any]:
    """Return one field; lists are JSON text in CSV, which is how the format reads an array."""
    if kind.endswith("[]"):
        return {"name": name, "type": "array", "description": meaning}
    if kind == "TIMESTAMP":
        return {"name": name, "type": "datetime", "format": "any", "description": meaning}
    return {"name": name, "type": _FRICTIONLESS.get(kind, "string"), "description": meaning}


def croissant(extracts: tuple[Extract, ...], source: str, now: datetime) -> bytes:
    """Return the Croissant description of the Parquet files, one record set an extract."""
    return _dumped(
        {
            "@context": _JSON_LD,
            "@type": "sc:Dataset",
            "conformsTo": "http://mlcommons.org/croissant/1.0",
            "name": "hubtree-extracts",
            "description": f"{_ABOUT} Written from {source}.",
            "citeAs": _CITATION,
            "license": _LICENSE["title"],
            "url": "https://huggingface.co/models",
            "version": f"{now:%Y.%-m.%-d}",
            "datePublished": f"{now:%Y-%m-%d}",
            "distribution": [_file_object(_file(extract, ".parquet")) for extract in extracts],
            "recordSet": [_record_set(extract, _file(extract, ".parquet")) for extract in extracts],
        }
    )


def _file_object(file: ExtractFile) -> dict[str, Any]:
    return {
        "@type": "cr:FileObject",
        "@id": file.name,
        "name": file.name,
        "contentUrl": file.name,
        "contentSize": f"{file.n_bytes} B",
        "encodingFormat": "application/x-parquet",
        "sha256": file.sha256,
    }


def _record_set(extract: Extract, file: ExtractFile) -> dict[str, Any]:
    return {
        "@type": "cr:RecordSet",
        "@id": extract.name,
        "name": extract.name,
        "description": f"One row is {extract.grain}.",
        "key": [{"@id": f"{extract.name}/{column}"} for column in extract.key],
        "field": list(_fields(extract, file)),
    }


def _fields(extract: Extract, file: ExtractFile) -> Iterator[dict[str, Any]]:
    for name, kind, meaning in extract.columns:
        yield {
            "@type": "cr:Field",
            "@id": f"{extract.name}/{name}",
            "name": name,
            "description": meaning,
            "dataType": _CROISSANT_TYPES.get(kind.removesuffix("[]"), "sc:Text"),
            "source": {"fileObject": {"@id": file.name}, "extract": {"column": name}},
            **({"repeated": True} if kind.endswith("[]") else {}),
        }


def _file(extract: Extract, ending: str) -> ExtractFile:
    return next(file for file in extract.files if file.name.endswith(ending))


def _dumped(document: dict[str, Any]) -> bytes:
    return orjson.dumps(document, option=orjson.OPT_INDENT_2 | orjson.OPT_APPEND_NEWLINE)
