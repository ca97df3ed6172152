"""Backup and restore by the commands of docs/operations.md: the restored home builds the same bytes."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
from pathlib import Path

import pytest

from tests.builder.landed import built, land_records, record
from tests.builder.test_build_is_a_function import digests
from warehouse.errors import CorruptFile
from warehouse.paths import Layout

PAGE = (Path(__file__).parent.parent.parent / "docs" / "operations.md").read_text(encoding="utf-8")


def rsync(words: str, home: Layout, backup: Path) -> None:
    """Do what the page says to save or to restore; without rsync, what its options mean."""
    (options,) = re.findall(rf"^ +rsync (.*) \S+/ \S+/ +# {words}", PAGE, re.MULTILINE)
    source, target = (home.landing, backup) if words == "save" else (backup, home.landing)
    if shutil.which("rsync"):
        target.mkdir(parents=True, exist_ok=True)
        subprocess.run(["rsync", *options.split(), f"{source}/", f"{target}/"], check=True)
        return
    assert options == {"save": "-a --ignore-existing", "restore": "-a --checksum"}[words]
    for file in (path for path in source.rglob("*") if path.is_file()):
        there = target / file.relative_to(source)
        there.parent.mkdir(parents=True, exist_ok=True)
        if words == "restore" or not there.exists():
            shutil.copy2(file, there)


def test_a_lost_home_and_a_rotten_file_come_back(home: Layout, tmp_path: Path) -> None:
    backup = tmp_path / "backup"
    child = record("bob/child", tags=["base_model:finetune:ann/base"])
    page = land_records(home, record("ann/base"), child)
    built(home, "build-a")
    before = digests(home.build_dir("build-a"))
    rsync("save", home, backup)

    shutil.rmtree(home.home)
    rsync("restore", home, backup)
    built(home, "build-a")
    assert digests(home.build_dir("build-a")) == before

    at = page.stat()
    content = bytearray(page.read_bytes())
    content[len(content) // 2] ^= 1
    page.write_bytes(content)
    os.utime(page, ns=(at.st_atime_ns, at.st_mtime_ns))  # a disk that rots tells nobody
    rsync("save", home, backup)
    with pytest.raises(CorruptFile, match=page.name):
        built(home, "build-a")
    rsync("restore", home, backup)
    built(home, "build-a")
    assert digests(home.build_dir("build-a")) == before
