"""Extracts compared with their manifest, for whoever copied them or doubts a disk."""

from __future__ import annotations

from pathlib import Path

import orjson

from pipelines.extract.writer import MANIFEST
from warehouse.errors import CorruptFile
from warehouse.files import sha256_of


def verify_extracts(folder: Path) -> int:
    """Compare every file that the manifest names with its size and checksum; return how many, 0 if nothing was extracted.

    Raises:
        CorruptFile: a file is missing, or its bytes are not those that were written.
    """
    manifest = folder / MANIFEST
    if not manifest.is_file():
        return 0
    document = orjson.loads(manifest.read_bytes())
    files = [file for written in (*document["extracts"], *document.get("graphs", ())) for file in written["files"]]
    for file in files:
        path = folder / file["name"]
        if not path.is_file() or path.stat().st_size != file["n_bytes"] or sha256_of(path) != file["sha256"]:
            hint = "run `hubtree extract` again to write fresh ones"
            raise CorruptFile(f"{path} is not the file that its manifest names", hint=hint, path=path)
    return len(files)
